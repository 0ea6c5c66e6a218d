"""Real version strings, and the pieces that make hard ones out of them."""

NUMBERS = ["0", "1", "2", "9", "10", "11", "99", "100", "01", "00", "007", "20230101",
           "4294967296", "9007199254740990"]

SEEDS = {
    "dpkg": """1:1.2.13.dfsg-1 2.36-9+deb12u1 2.36-9+deb12u10 7:5.1.3-1 1.0~rc1-1 1.0~~ 1.0~~a
        1.0-1~bpo11+1 5.2.15-2+b2 0.0.20100501-4 78.15.0esr-1~deb9u1 1:9.2p1-2+deb12u2
        2.1.5+git20160302-1 1.18.0-1+rpi1 0.6.22-2 1.10.2+dfsg-1+deb8u1 3.0.11-1~deb12u2
        1.46.2-2 4:12.2.0-3 2.0.0+~cs1.2.3-1 1.21.1~ds-1 2020.4+dfsg.1-1 6.1.55-1 1.2-3-4
        0:1.0 1.0 1.00-0 0.9.8zg-1 1.0.1e-2+deb7u20 20230311 1.2.3 12u2 1:2:3-1 a1 1.0_2-1""",
    "rpm": """1.2.3-4.el8 0:1.2.3-4.el8 1:1.2.3-4.el8_6.1 2.28-236.el8_9.12 1.0~rc1-1 1.0^git1-1
        1.0^20210501-1 1.0~rc1^git1-1 3.0.0-140.module_el8.5.0+118+1ab773e1
        15:4.2.0-59.module_el8.5.0+2608+72063365.1 1:1.8.0.302.b08-0.el8_4
        101.4-4.el8_10.alma.1 2.02-123.el8 1.94-471 10 1.0a 1.0b-1 1.0.1 1_0 1.0.
        20230731-1.cm2 5.14.0-362.8.1.el9_3 6.el9 xyz.4 FC5 4.999.9 1.0-1.fc39 1.0-1.fc39^1""",
    "pep440": """1.0 1.0.0 1.0.dev1 1.0a1 1.0a1.dev2 1.0b2.post345.dev456 1.0rc1 1.0c2 1.0.post1
        1.0-1 1.0.post1.dev4 1!1.0 2!0.1rc1 v1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0+ubuntu-1 1.0+UBUNTU_1
        1.0alpha 1.0-beta-2 1.0_preview_3 1.0.rev2 1.0-r4 2012.4 2021.5.30 1.1.dev1 0.75.0
        2.6.0b3 1.12.0.dev1131 1dev 0.2pre 22.6.2.2 1.0.0.0 0 0.0.0 1.0a 1.0a0 2004d 1.0-foo
        1.0beta6.1 0.8.1p1 1.0.RC1 1.0PRE 1.0post-2 1.0dev- 1.0.a.1""",
    "npm": """1.2.3 v1.2.3 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11
        1.0.0-rc.1 1.0.0+build.5 1.0.0-rc.1+exp.sha.5114f85 15.1.0-canary.0 4.17.21 0.0.3
        1.2.3beta 1.2.3-x.7.z.92 1.2.3-0 1.2.3-01 1.2.3-- 1.2.3--1 1.2.3- =v1.2.3 01.02.03
        2.0.0-next.20230401 9.0.0-a1 9.0.0-a-b 9.0.0-A 1.0.0-rc1 1.0.0-rc10 1.0.0-x-y-z.--""",
    "gem": """1.0 1.0.0 1.0.a 1.a 1.0.a10 1.0.a9 1.0.0.pre1 1.0.0.beta2 1.0.0.rc1 2.0.0-rc1
        1.0-java 1.13.2.1 4.2.11.1 5.6.7 3.20 0 1.0.0.a.0 1.0.1.b.0.0 9.8.7.pre 1.2.3.4.5
        5.2.4.rc1 1.0.0.0.a 1-1 1-a-b 1.A 1.z 0.9.rc.2 1.8.2.a10 00.1 1.01 3..1 a.1""",
    "composer": """1.0.0 v1.2.3 1.2.3.4 1.0 1 1.0.0-beta1 1.0.0-beta.2 1.0.0beta3 1.0-RC1 1.0.0-rc.2
        1.0.0-alpha 1.0.0a2 1.0.0-patch1 1.0.0-p2 1.0.0pl3 1.0-dev 1.0.x-dev 1.x-dev dev-master
        dev-feature/x master 2010.01.02 20100102 2010-01-02 2010-01-02.5 20190102-203040 2.0.0-stable
        1.0.0-beta1-dev 1.0.0+build 9.52.17 8.7.0-dev 1.0.0-b1 2.0.*-dev 1.2.3@dev 2.0 as 1.0
        1.0.0-alpha.2.1 v2.0.3-alpha-dev 1.0.0.RC1 1.0. 1.0- 0.0.0 11.5.33 dev-""",
    "maven": """1 1.0 1.0.0 1-alpha 1-alpha-1 1-alpha1 1a1 1b2 1m3 1-beta 1-milestone 1-rc1 1-cr1
        1-SNAPSHOT 1.0-SNAPSHOT 1.0.0.Final 1.0.0.GA 1.0-RELEASE 1-sp 1-sp-1 1.0.1 1-1 1-0.1 1.1-a
        2.0-20230101.010203-4 42.2.5.jre7 9.4.51.v20230217 2.9.10.8 5.3.0.RC1 1.0.0-M4
        1.0-alpha-SNAPSHOT 31.1-jre 31.1-android 2.0b5 4.1.94.Final 1.1.1-rc-1 1-foo 1-xyz2
        1.2.3.4.5 1.0_1 1.0+build 2.5.6.SEC03 1.alpha.1 1..2 1.- alpha 1-a 1-0 0 20040616""",
    "module": """v1.2.3 v1.2 v1 v0.0.0-20200308084313-2adbaa4891b9 v1.0.3-0.20200308084313-2adbaa4891b9
        v2.6.3+incompatible v10.6.4+incompatible v1.0.0-rc93 v1.0.0-rc.16 v1.21.0-rc.2 v1.20.0-0
        v0.1.0-alpha.0 v1.2.3-pre.0.20220101000000-abcdef123456 v1.0.0-rc1 v1.0.0--1 v1.2-rc1 v01.2.3
        v1.2.3-01 v1.2.3+meta.1""",
    "toolchain": """go1.21.0 go1.21.3 go1.21rc2 go1.21rc10 go1.20 go1.20.5 go1.9.2rc2 go1.13beta1
        go1.20rc1 go1.4 go1.4.3 go1.22.1-vendor go1.18beta2 go1.10 go1.8.5rc4 go1.2.2 go1.21.0-x""",
}
SEEDS["semver"] = SEEDS["npm"]

PIECES = {
    "dpkg": ["~", "~~", "+", ".", "-", ":", "a", "rc", "+deb12u", "dfsg", "1:", "-0", "~bpo"],
    "rpm": ["~", "^", ".", "-", ":", "_", "+", "a", "rc", "el8", "git", "..", "Z"],
    "pep440": [".", "a", "b", "rc", "c", ".post", ".dev", "-", "_", "+", "!", "r", "rev", "PRE",
               "alpha", "beta", "v", "+local", "-1", "preview"],
    "npm": [".", "-", "+", "alpha", "beta", "rc.", "-0", "v", "a", "Z", "x"],
    "gem": [".", "-", "a", "pre", "rc", "B", ".0", ".0.0"],
    "composer": [".", "-", "_", "alpha", "b", "RC", "p", "pl", "dev", "-dev", "x", "*", "stable",
                 "patch", ":", "v", "+", "dev-", "@beta"],
    "maven": [".", "-", "alpha", "a", "b", "m", "rc", "cr", "sp", "snapshot", "final", "ga",
              "release", "x", "foo", "-0", ".0", "-1", "_", "RC"],
    "module": [".", "-", "+", "rc", "0", "a", "Z", "-0."],
    "toolchain": [".", "rc", "beta", "alpha", "-", "x"],
}
PIECES["semver"] = PIECES["npm"]


def seeds(scheme):
    """The seeds, one a word; "2.0 as 1.0" is the one version with blanks."""
    words = SEEDS[scheme].replace("2.0 as 1.0", "2.0\0as\0001.0").split()
    return [word.replace("\0", " ") for word in words]
