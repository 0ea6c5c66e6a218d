<?php
// Composer: php-composer-semver.
require '/usr/share/php/Composer/Semver/autoload.php';

use Composer\Semver\Comparator;
use Composer\Semver\VersionParser;

function normalize(string $text): ?string
{
    try {
        return (new VersionParser())->normalize($text);
    } catch (UnexpectedValueException $e) {
        return null;
    }
}

while (($line = fgets(STDIN)) !== false) {
    [$left, $right] = array_map('normalize', explode("\t", rtrim($line, "\n"), 2));
    $refused = ($left === null ? 'a' : '') . ($right === null ? 'b' : '');
    if ($refused === '') {
        $refused = (int) Comparator::greaterThan($left, $right)
            - (int) Comparator::lessThan($left, $right);
    }
    echo $refused, "\n";
}
