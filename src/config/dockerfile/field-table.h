/* Every field of the source dockerfile, once:
 *
 *     F(name, type, flags, doc, reader)
 *
 * Included by field.h for the readers' prototypes and by source.c for the
 * table; the readers stand in field-*.c.
 */
F("file.path", RULE_PATH, 0, TR_KEY("the Dockerfile's path"), file_path)
F("file.stages", RULE_NUMBER, 0, TR_KEY("how many stages it has"), file_stages)
F("file.multistage", RULE_BOOL, 0, TR_KEY("it has more than one stage"), file_multistage)
F("file.syntax", RULE_TEXT, 0, TR_KEY("the frontend that \"# syntax=\" names"), file_syntax)
F("file.dockerignore", RULE_BOOL, 0, TR_KEY("a .dockerignore for it was among the files read"),
  file_dockerignore)
F("stage.name", RULE_TEXT, 0, TR_KEY("the stage's name, as AS gives it"), stage_name)
F("stage.index", RULE_NUMBER, 0, TR_KEY("the stage's number, from 0"), stage_index)
F("stage.final", RULE_BOOL, 0, TR_KEY("it is the last stage, which becomes the image"), stage_final)
F("stage.used", RULE_BOOL, 0,
  TR_KEY("it is the last stage, or a later one is based on it or copies from it"), stage_used)
F("stage.duplicate", RULE_BOOL, 0, TR_KEY("an earlier stage has the same name"), stage_duplicate)
F("stage.windows", RULE_BOOL, 0, TR_KEY("its base is a Windows image"), stage_windows)
F("stage.scratch", RULE_BOOL, 0, TR_KEY("it starts from scratch, from nothing"), stage_scratch)
F("stage.platform", RULE_TEXT, 0, TR_KEY("the value of FROM --platform"), stage_platform)
F("stage.instructions", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("the names of its instructions, in order"), stage_instructions)
F("stage.programs", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("the names of all programs its RUN instructions call"), stage_programs)
F("stage.base", RULE_TEXT, 0,
  TR_KEY("what FROM names, with variables expanded; not there when it is not known"), stage_base)
F("stage.base.written", RULE_TEXT, 0,
  TR_KEY("what FROM names; variables that are not known stay as written"), stage_base_written)
F("stage.base.known", RULE_BOOL, 0, TR_KEY("all variables of FROM are known"), stage_base_known)
F("stage.base.stage", RULE_TEXT, 0, TR_KEY("the earlier stage it is based on"), stage_base_stage)
F("stage.base.image", RULE_TEXT, 0, TR_KEY("the image below it, through earlier stages"),
  stage_base_image)
F("stage.base.registry", RULE_TEXT, 0,
  TR_KEY("the registry of the image below it; not there for Docker Hub"), stage_base_registry)
F("stage.base.repository", RULE_TEXT, 0,
  TR_KEY("the repository of the image below it: grafana/grafana, alpine"), stage_base_repository)
F("stage.base.name", RULE_TEXT, 0, TR_KEY("the last part of the repository"), stage_base_name)
F("stage.base.tag", RULE_TEXT, 0, TR_KEY("the tag of the image below it"), stage_base_tag)
F("stage.base.digest", RULE_TEXT, 0, TR_KEY("the digest of the image below it"), stage_base_digest)
F("stage.user", RULE_TEXT, 0,
  TR_KEY("the user in effect at its end; not there when USER is missing or not known"), stage_user)
F("stage.user.set", RULE_BOOL, 0, TR_KEY("it, or a stage below it, has a USER"), stage_user_set)
F("stage.user.name", RULE_TEXT, 0, TR_KEY("the user without the group"), stage_user_name)
F("stage.user.group", RULE_TEXT, 0, TR_KEY("the group of the user"), stage_user_group)
F("stage.user.numeric", RULE_BOOL, 0, TR_KEY("the user is a number"), stage_user_numeric)
F("stage.workdir", RULE_PATH, 0, TR_KEY("the working directory at its end"), stage_workdir)
F("stage.healthcheck", RULE_TEXT, 0, TR_KEY("CMD or NONE; not there without HEALTHCHECK"),
  stage_healthcheck)
F("stage.cmd", RULE_TEXT, 0, TR_KEY("the form of CMD in effect: exec or shell"), stage_cmd)
F("stage.entrypoint", RULE_TEXT, 0, TR_KEY("the form of ENTRYPOINT in effect: exec or shell"),
  stage_entrypoint)
F("stage.shell", RULE_TEXT, 0, TR_KEY("the program that SHELL names"), stage_shell)
F("stage.exposes", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the ports it exposes, as written"),
  stage_exposes)
F("stage.env", RULE_TEXT, RULE_FIELD_KEY | RULE_FIELD_NEEDS_ARGUMENT,
  TR_KEY("the value an ENV gives a variable: stage.env[PIP_NO_CACHE_DIR]"), stage_env)
F("instruction.name", RULE_TEXT, 0, TR_KEY("the instruction, in capitals: RUN"), instruction_name)
F("instruction.keyword", RULE_TEXT, 0, TR_KEY("the instruction as it is written"),
  instruction_keyword)
F("instruction.text", RULE_TEXT, 0, TR_KEY("everything behind the flags, lines joined"),
  instruction_text)
F("instruction.args", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("its words, expanded where the builder expands them; item.known tells how far"),
  instruction_args)
F("instruction.flags", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the names of its flags: mount, from"),
  instruction_flags)
F("instruction.flag", RULE_TEXT, RULE_FIELD_KEY | RULE_FIELD_NEEDS_ARGUMENT,
  TR_KEY("the value of a flag: instruction.flag[network]"), instruction_flag)
F("instruction.exec", RULE_BOOL, 0, TR_KEY("its arguments are a JSON array"), instruction_exec)
F("instruction.onbuild", RULE_BOOL, 0, TR_KEY("it stands behind ONBUILD"), instruction_onbuild)
F("instruction.second", RULE_BOOL, 0, TR_KEY("the stage has one of its kind before it"),
  instruction_second)
F("instruction.replaced", RULE_BOOL, 0, TR_KEY("the stage has one of its kind behind it"),
  instruction_replaced)
F("instruction.previous", RULE_TEXT, 0, TR_KEY("the instruction before it in the stage"),
  instruction_previous)
F("instruction.blank_line", RULE_BOOL, 0,
  TR_KEY("an empty line stands between its continued lines"), instruction_blank_line)
F("instruction.user", RULE_TEXT, 0, TR_KEY("the user it runs as, as far as a USER before it says"),
  instruction_user)
F("instruction.workdir", RULE_PATH, 0,
  TR_KEY("the working directory it runs in, as far as a WORKDIR before it says"),
  instruction_workdir)
F("run.programs", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the names of the programs RUN calls"),
  run_programs)
F("run.lines", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("its commands, each as one line with single blanks, wrappers such as sudo left out"),
  run_lines)
F("run.removes", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the paths it deletes, with rm or find"),
  run_removes)
F("run.mounts", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("the types of its mounts; item.target, item.from, item.id, ... are their settings"),
  run_mounts)
F("run.cached", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the targets of its cache mounts"), run_cached)
F("run.heredoc", RULE_BOOL, 0, TR_KEY("it has a here-document"), run_heredoc)
F("run.readable", RULE_BOOL, 0, TR_KEY("it is a shell script without a syntax error"), run_readable)
F("pipeline.text", RULE_TEXT, 0, TR_KEY("the pipeline as written, lines joined"), pipeline_text)
F("pipeline.programs", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the programs it joins, in order"),
  pipeline_programs)
F("pipeline.length", RULE_NUMBER, 0, TR_KEY("how many commands it joins"), pipeline_length)
F("pipeline.first", RULE_TEXT, 0, TR_KEY("its first program"), pipeline_first)
F("pipeline.last", RULE_TEXT, 0, TR_KEY("its last program"), pipeline_last)
F("pipeline.pipefail", RULE_BOOL, 0,
  TR_KEY("the shell fails when any part of it does (set -o pipefail)"), pipeline_pipefail)
F("pipeline.condition", RULE_BOOL, 0, TR_KEY("it is the condition of an if or while"),
  pipeline_context)
F("pipeline.substituted", RULE_BOOL, 0, TR_KEY("it stands in a command substitution: $( )"),
  pipeline_substituted)
F("command.name", RULE_TEXT, 0,
  TR_KEY("the program, without its folder; wrappers such as sudo and env are seen through"),
  command_name)
F("command.text", RULE_TEXT, 0, TR_KEY("the command as written, lines joined"), command_text)
F("command.args", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("the words behind the program; item.known tells whether a word is known"), command_args)
F("command.subcommand", RULE_TEXT, 0, TR_KEY("its first operand: install of apt-get install"),
  command_subcommand)
F("command.operands", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("its words that are no options"),
  command_operands)
F("command.targets", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("its operands behind the first: the packages of apt-get install"), command_targets)
F("command.options", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("its options, joined ones apart and without values: -y, -q, --yes"), command_options)
F("command.option", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_KEY | RULE_FIELD_NEEDS_ARGUMENT,
  TR_KEY("the values of an option: command.option[--mode]"), command_option)
F("command.wrappers", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("the programs it is run by: sudo, env, xargs"), command_wrappers)
F("command.env", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("the variables set for it, or by it, as NAME=VALUE"), command_env)
F("command.writes", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the files its output is sent to"),
  command_writes)
F("command.input", RULE_TEXT, RULE_FIELD_LIST,
  TR_KEY("the text of its here-documents and here-strings"), command_input)
F("command.feeds", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the programs behind it in the pipeline"),
  command_feeds)
F("command.fed_by", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the programs before it in the pipeline"),
  command_fed_by)
F("command.before", RULE_TEXT, 0, TR_KEY("the program called before it in the RUN"), command_before)
F("command.known", RULE_BOOL, 0, TR_KEY("all of its words are known"), command_known)
F("command.sometimes", RULE_BOOL, 0,
  TR_KEY("it runs under a condition, behind || or in a function"), command_sometimes)
F("command.apart", RULE_BOOL, 0,
  TR_KEY("it runs in a subshell, a substitution or a script of its own"), command_apart)
F("command.alone", RULE_BOOL, 0, TR_KEY("it is all that RUN does"), command_alone)
F("command.last", RULE_BOOL, 0, TR_KEY("it is the last command of RUN"), command_last)
F("copy.sources", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("what COPY or ADD copies"), copy_sources)
F("copy.destination", RULE_PATH, 0, TR_KEY("where COPY or ADD copies to"), copy_destination)
F("copy.from", RULE_TEXT, 0, TR_KEY("the value of COPY --from"), copy_from)
F("copy.from.kind", RULE_TEXT, 0,
  TR_KEY("what --from names: stage, image, itself, later (a stage below), none (no such stage)"),
  copy_from_kind)
F("copy.chown", RULE_TEXT, 0, TR_KEY("the value of --chown"), copy_chown)
F("copy.chmod", RULE_TEXT, 0, TR_KEY("the value of --chmod"), copy_chmod)
F("copy.checksum", RULE_TEXT, 0, TR_KEY("the value of ADD --checksum"), copy_checksum)
F("copy.heredoc", RULE_BOOL, 0, TR_KEY("a source is a here-document"), copy_heredoc)
F("env.name", RULE_TEXT, 0, TR_KEY("the variable that ENV sets"), pair_name)
F("env.value", RULE_TEXT, 0, TR_KEY("its value; what is not known stays as written"), pair_value)
F("env.known", RULE_BOOL, 0, TR_KEY("its whole value is known"), pair_known)
F("env.legacy", RULE_BOOL, 0, TR_KEY("it is written without \"=\""), pair_legacy)
F("arg.name", RULE_TEXT, 0, TR_KEY("the build argument that ARG declares"), pair_name)
F("arg.default", RULE_TEXT, 0, TR_KEY("its default; not there without one"), pair_value)
F("arg.known", RULE_BOOL, 0, TR_KEY("its default is known"), pair_known)
F("arg.global", RULE_BOOL, 0, TR_KEY("it stands before the first FROM"), arg_global)
F("arg.used", RULE_BOOL, 0, TR_KEY("something in the Dockerfile reads it"), arg_used)
F("arg.run_follows", RULE_BOOL, 0,
  TR_KEY("a RUN follows, whose programs may read it from their environment"), arg_run_follows)
F("label.name", RULE_TEXT, 0, TR_KEY("the label's name"), pair_name)
F("label.value", RULE_TEXT, 0, TR_KEY("the label's value"), pair_value)
F("label.legacy", RULE_BOOL, 0, TR_KEY("it is written without \"=\""), pair_legacy)
F("expose.port", RULE_NUMBER, 0, TR_KEY("the port, or the first of a range"), expose_port)
F("expose.last", RULE_NUMBER, 0, TR_KEY("the port, or the last of a range"), expose_last)
F("expose.protocol", RULE_TEXT, 0, TR_KEY("tcp, udp or sctp"), expose_protocol)
F("expose.valid", RULE_BOOL, 0, TR_KEY("it is a port from 1 to 65535, or a range of them"),
  expose_valid)
F("expose.text", RULE_TEXT, 0, TR_KEY("the port as written"), expose_text)
