"""plimsoll secret: the history of git, and what is told of what was found."""
import subprocess

import pytest


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repository"
    root.mkdir()

    def git(*args):
        subprocess.run(["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.com",
                        *args], check=True, capture_output=True)

    git("init", "--quiet")
    key = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True).stdout
    (root / "id.pem").write_bytes(key)
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    (root / "id.pem").write_text("moved to the vault\n")
    git("commit", "--quiet", "-a", "-m", "two")
    return root


def test_the_history_holds_what_the_files_do_not(plimsoll, repository):
    assert plimsoll.scan("secret", repository).report["findings"] == []
    found, = plimsoll.scan("secret", repository, "--git").report["findings"]
    assert found["id"] == "private-key" and found["location"]["path"] == "id.pem"
    assert plimsoll.scan("secret", repository, "--git", "--since", "HEAD~1").report["findings"] == []


def test_a_secret_without_a_name_is_told_by_its_kind(plimsoll, repository):
    assert "Private key: " in plimsoll("secret", repository, "--git").out
    assert "私钥" in plimsoll("secret", repository, "--git", "--lang", "zh").out


def test_since_is_a_date_or_a_commit(plimsoll, repository):
    result = plimsoll("secret", repository, "--git", "--since", "relase-1.2")
    assert result.code == 2 and "'relase-1.2' is neither a date nor a commit" in result.err
    for since in ("2 weeks ago", "2020-01-31", "yesterday"):
        assert len(plimsoll.scan("secret", repository, "--git", "--since", since)
                   .report["findings"]) == 1, since
