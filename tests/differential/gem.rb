# RubyGems: Gem::Version.
require 'rubygems'

def parse(text)
  Gem::Version.correct?(text) ? Gem::Version.new(text) : nil
end

STDIN.each_line do |line|
  left, right = line.chomp.split("\t", 2).map { |text| parse(text) }
  refused = (left ? '' : 'a') + (right ? '' : 'b')
  puts refused.empty? ? (left <=> right) : refused
end
