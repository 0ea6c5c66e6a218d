# Debian: libdpkg-perl. Dpkg::Version is stricter than dpkg itself, so it only
# answers for what its own check takes.
use strict;
use warnings;
use Dpkg::Version;

while (my $line = <STDIN>) {
    chomp $line;
    my ($left, $right) = map { Dpkg::Version->new($_) } split /\t/, $line, 2;
    my $refused = ($left->is_valid() ? '' : 'a') . ($right->is_valid() ? '' : 'b');
    print $refused || ($left <=> $right), "\n";
}
