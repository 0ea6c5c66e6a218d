/* The functions behind the table of validators: by checksum and by structure. */
#pragma once

#include "secret/validator.h"

/* validator-token.c */
bool valid_aws_key_id(const struct secret_candidate *candidate);
bool valid_azure_key(const struct secret_candidate *candidate);
bool valid_basic_auth(const struct secret_candidate *candidate);
bool valid_discord_token(const struct secret_candidate *candidate);
bool valid_github_checksum(const struct secret_candidate *candidate);
bool valid_jwk_private(const struct secret_candidate *candidate);
bool valid_jwt(const struct secret_candidate *candidate);
bool valid_kubernetes_secret(const struct secret_candidate *candidate);
bool valid_luhn(const struct secret_candidate *candidate);
bool valid_pypi_token(const struct secret_candidate *candidate);

/* validator-key.c */
bool valid_openssh_key(const struct secret_candidate *candidate);
bool valid_pem_encrypted(const struct secret_candidate *candidate);
bool valid_pem_private(const struct secret_candidate *candidate);
bool valid_pgp_private(const struct secret_candidate *candidate);
bool valid_putty_plain(const struct secret_candidate *candidate);
