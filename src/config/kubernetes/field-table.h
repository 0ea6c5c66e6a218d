/* The fields of the source `kubernetes`, one row each; included several times,
 * with FIELD defined each time:
 *
 *     FIELD(name, type, flags, function, doc)
 */

/* The object itself, of every event. */
FIELD("object", RULE_ANY, RULE_FIELD_TREE, field_object,
      TR_KEY("The object as written: object.spec, object.metadata.labels[app], ..."))
FIELD("object.kind", RULE_TEXT, 0, field_object_kind,
      TR_KEY("Kind of the object; items of a typed list have the list's"))
FIELD("object.group", RULE_TEXT, 0, field_object_group,
      TR_KEY("API group of the object; empty for the core API"))
FIELD("object.version", RULE_TEXT, 0, field_object_version,
      TR_KEY("API version of the object without its group: v1, v1beta1, ..."))
FIELD("object.name", RULE_TEXT, 0, field_object_name,
      TR_KEY("metadata.name, or metadata.generateName with * behind it"))
FIELD("object.namespace", RULE_TEXT, 0, field_object_namespace,
      TR_KEY("Namespace of the object; default when it sets none. Not there for "
             "cluster-wide objects and where it can't be told"))
FIELD("object.scope", RULE_TEXT, 0, field_object_scope,
      TR_KEY("namespaced or cluster; not there for kinds we don't know"))
FIELD("object.built_in", RULE_BOOL, 0, field_object_built_in,
      TR_KEY("The kind is one of Kubernetes itself"))
FIELD("object.has_pod", RULE_BOOL, 0, field_object_has_pod,
      TR_KEY("The object is a pod or has a pod template"))
FIELD("object.keeps_running", RULE_BOOL, 0, field_object_keeps_running,
      TR_KEY("Pods are restarted whenever they end, as in a Deployment; false for "
             "jobs. Not there for kinds we don't know"))
FIELD("object.replicas", RULE_NUMBER, 0, field_object_replicas,
      TR_KEY("Number of pods asked for, 1 when not set. Not there for kinds without "
             "replicas and for workloads that an autoscaler of the scan sizes"))
FIELD("object.autoscalers", RULE_NUMBER, 0, field_object_autoscalers,
      TR_KEY("Number of HorizontalPodAutoscalers in the scan that size the workload"))
FIELD("object.selector_matches", RULE_BOOL, 0, field_object_selector_matches,
      TR_KEY("spec.selector selects the labels of the pod template. Not there without "
             "a selector"))
FIELD("object.api_deprecated_in", RULE_TEXT, 0, field_object_api_deprecated_in,
      TR_KEY("Version of Kubernetes that deprecated the object's API version: 1.19. "
             "Not there when it is current"))
FIELD("object.api_removed_in", RULE_TEXT, 0, field_object_api_removed_in,
      TR_KEY("Version of Kubernetes that no longer serves the object's API version: "
             "1.22. Not there when none is known"))
FIELD("object.api_removed_minor", RULE_NUMBER, 0, field_object_api_removed_minor,
      TR_KEY("The same as a number to compare: 22 is Kubernetes 1.22"))
FIELD("object.api_replacement", RULE_TEXT, 0, field_object_api_replacement,
      TR_KEY("The apiVersion to use instead of a deprecated or removed one"))
FIELD("object.duplicate", RULE_BOOL, 0, field_object_duplicate,
      TR_KEY("The same file has an object of this kind, namespace and name before"))
FIELD("object.in_namespace", RULE_ANY, RULE_FIELD_TREE, field_object_in_namespace,
      TR_KEY("The Namespace object that the object lives in, when the scan holds it"))
FIELD("object.secrets", RULE_TEXT, RULE_FIELD_LIST, field_object_secrets,
      TR_KEY("Keys of a ConfigMap whose values look like secrets"))
FIELD("object.bindings", RULE_NUMBER, 0, field_object_bindings,
      TR_KEY("Number of bindings in the scan that name the ServiceAccount, Role or "
             "ClusterRole"))

/* The cluster that the files are for. */
FIELD("cluster.minor", RULE_NUMBER, 0, field_cluster_minor,
      TR_KEY("Minor version of the cluster, as a number to compare: 31 is Kubernetes 1.31. "
             "The newest that is known unless --kubernetes-version says another"))

/* The pod, of workloads and of the containers and volumes in them. */
FIELD("pod", RULE_ANY, RULE_FIELD_TREE, field_pod,
      TR_KEY("The pod or pod template, with metadata and spec: pod.spec.hostNetwork, "
             "pod.metadata.labels[app], ..."))
FIELD("pod.partial", RULE_BOOL, 0, field_pod_partial,
      TR_KEY("Settings of the pod may stand elsewhere: a patch without images, a "
             "Tekton task. What is not set there is not known to be unset"))
FIELD("pod.os", RULE_TEXT, 0, field_pod_os,
      TR_KEY("windows or linux, as the pod asks for it; not there when it does not say"))
FIELD("pod.containers", RULE_NODE, RULE_FIELD_LIST | RULE_FIELD_TREE, field_pod_containers,
      TR_KEY("All containers: main, init, sidecar and ephemeral ones"))
FIELD("pod.restart_policy", RULE_TEXT, 0, field_pod_restart_policy,
      TR_KEY("Restart policy of the pod; Always when not set"))
FIELD("pod.service_account", RULE_TEXT, 0, field_pod_service_account,
      TR_KEY("Service account of the pod; default when not set"))
FIELD("pod.service_account_exists", RULE_BOOL, 0, field_pod_service_account_exists,
      TR_KEY("The service account is in the scan. Not there when the scan holds no "
             "service account of the namespace"))
FIELD("pod.automounts_token", RULE_BOOL, 0, field_pod_automounts_token,
      TR_KEY("A token of the service account is mounted: as the pod says, else the "
             "service account, else true. Not there when the account is not in the "
             "scan and is not the default one"))
FIELD("pod.role_bindings", RULE_NUMBER, 0, field_pod_role_bindings,
      TR_KEY("Number of bindings in the scan that give the pod's service account "
             "something. Not there when the account is not in the scan and is not the "
             "default one"))
FIELD("pod.rules", RULE_NODE, RULE_FIELD_LIST | RULE_FIELD_TREE, field_pod_rules,
      TR_KEY("RBAC rules that the pod's service account gets by bindings of the scan: "
             "item.verbs, item.resources, ..."))
FIELD("pod.cluster_rules", RULE_NODE, RULE_FIELD_LIST | RULE_FIELD_TREE, field_pod_cluster_rules,
      TR_KEY("Those of pod.rules that hold in all namespaces"))
FIELD("pod.network_policies", RULE_NUMBER, 0, field_pod_network_policies,
      TR_KEY("Number of NetworkPolicies that select the pod. Not there unless the scan "
             "holds the namespace or a policy of it, and no policy of another network "
             "plugin"))
FIELD("pod.ingress_policies", RULE_NUMBER, 0, field_pod_ingress_policies,
      TR_KEY("Those of pod.network_policies that restrict incoming connections"))
FIELD("pod.egress_policies", RULE_NUMBER, 0, field_pod_egress_policies,
      TR_KEY("Those of pod.network_policies that restrict outgoing connections"))
FIELD("pod.services", RULE_TEXT, RULE_FIELD_LIST, field_pod_services,
      TR_KEY("Names of the Services in the scan that select the pod"))
FIELD("pod.service_types", RULE_TEXT, RULE_FIELD_LIST, field_pod_service_types,
      TR_KEY("Types of these Services: ClusterIP, NodePort, LoadBalancer"))
FIELD("pod.ingresses", RULE_NUMBER, 0, field_pod_ingresses,
      TR_KEY("Number of Ingresses in the scan that lead to the pod"))
FIELD("pod.disruption_budgets", RULE_NUMBER, 0, field_pod_disruption_budgets,
      TR_KEY("Number of PodDisruptionBudgets that select the pod. Not there unless the "
             "scan holds one of the namespace"))
FIELD("pod.duplicate_volumes", RULE_TEXT, RULE_FIELD_LIST, field_pod_duplicate_volumes,
      TR_KEY("Names that several volumes of the pod have"))

/* A container. */
FIELD("container", RULE_ANY, RULE_FIELD_TREE, field_container,
      TR_KEY("The container as written: container.image, "
             "container.securityContext.privileged, ..."))
FIELD("container.kind", RULE_TEXT, 0, field_container_kind,
      TR_KEY("main, init, sidecar (an init container that keeps running) or ephemeral"))
FIELD("container.image.registry", RULE_TEXT, 0, field_container_image_registry,
      TR_KEY("Registry of the image; docker.io when it names none. Not there for a "
             "template"))
FIELD("container.image.repository", RULE_TEXT, 0, field_container_image_repository,
      TR_KEY("Repository of the image without registry and tag: library/nginx"))
FIELD("container.image.name", RULE_TEXT, 0, field_container_image_name,
      TR_KEY("Registry and repository: docker.io/library/nginx"))
FIELD("container.image.tag", RULE_TEXT, 0, field_container_image_tag,
      TR_KEY("Tag of the image; latest when it has neither tag nor digest"))
FIELD("container.image.digest", RULE_TEXT, 0, field_container_image_digest,
      TR_KEY("Digest of the image, when it has one"))
FIELD("container.pull_policy", RULE_TEXT, 0, field_container_pull_policy,
      TR_KEY("imagePullPolicy; when not set, Always for the tag latest, else "
             "IfNotPresent"))
FIELD("container.effective.run_as_user", RULE_NUMBER, 0, field_container_effective_run_as_user,
      TR_KEY("runAsUser of the container, else of the pod"))
FIELD("container.effective.run_as_group", RULE_NUMBER, 0, field_container_effective_run_as_group,
      TR_KEY("runAsGroup of the container, else of the pod"))
FIELD("container.effective.run_as_non_root", RULE_BOOL, 0,
      field_container_effective_run_as_non_root,
      TR_KEY("runAsNonRoot of the container, else of the pod"))
FIELD("container.effective.seccomp_type", RULE_TEXT, 0, field_container_effective_seccomp_type,
      TR_KEY("seccompProfile.type of the container, else of the pod"))
FIELD("container.effective.apparmor_type", RULE_TEXT, 0, field_container_effective_apparmor_type,
      TR_KEY("AppArmor profile type of the container, else of the pod, else of the "
             "annotation: RuntimeDefault, Localhost, Unconfined"))
FIELD("container.effective.apparmor_profile", RULE_TEXT, 0,
      field_container_effective_apparmor_profile,
      TR_KEY("Name of the AppArmor profile of type Localhost"))
FIELD("container.annotated.apparmor", RULE_TEXT, 0, field_container_annotated_apparmor,
      TR_KEY("AppArmor profile that the old annotation of the pod names for the container: "
             "runtime/default, localhost/NAME, unconfined"))
FIELD("container.annotated.seccomp", RULE_TEXT, 0, field_container_annotated_seccomp,
      TR_KEY("Seccomp profile that the annotation of before Kubernetes 1.19 names for the "
             "container: runtime/default, docker/default, localhost/NAME, unconfined"))
FIELD("container.effective.selinux", RULE_ANY, RULE_FIELD_TREE, field_container_effective_selinux,
      TR_KEY("seLinuxOptions of the container, else of the pod"))
FIELD("container.effective.read_only_root", RULE_BOOL, 0, field_container_effective_read_only_root,
      TR_KEY("The root file system can't be written; false when not set"))
FIELD("container.effective.privileged", RULE_BOOL, 0, field_container_effective_privileged,
      TR_KEY("The container is privileged; false when not set"))
FIELD("container.effective.allow_privilege_escalation", RULE_BOOL, 0,
      field_container_effective_allow_privilege_escalation,
      TR_KEY("allowPrivilegeEscalation; true when not set, or when the container is "
             "privileged or has SYS_ADMIN"))
FIELD("container.effective.host_process", RULE_BOOL, 0, field_container_effective_host_process,
      TR_KEY("windowsOptions.hostProcess of the container, else of the pod; false when "
             "not set"))
FIELD("container.effective.proc_mount", RULE_TEXT, 0, field_container_effective_proc_mount,
      TR_KEY("procMount; Default when not set"))
FIELD("container.capabilities.add", RULE_TEXT, RULE_FIELD_LIST, field_container_capabilities_add,
      TR_KEY("Added capabilities in upper case without CAP_"))
FIELD("container.capabilities.drop", RULE_TEXT, RULE_FIELD_LIST, field_container_capabilities_drop,
      TR_KEY("Dropped capabilities in upper case without CAP_"))
FIELD("container.capabilities.effective", RULE_TEXT, RULE_FIELD_LIST,
      field_container_capabilities_effective,
      TR_KEY("Capabilities of the container: the runtime's usual ones without the "
             "dropped, with the added; ALL for all"))
FIELD("container.limits.cpu", RULE_ANY, 0, field_container_limits_cpu,
      TR_KEY("Limit for CPU: of the container, else of the pod, else of a LimitRange "
             "in the scan"))
FIELD("container.limits.memory", RULE_ANY, 0, field_container_limits_memory,
      TR_KEY("Limit for memory: of the container, else of the pod, else of a "
             "LimitRange in the scan"))
FIELD("container.limits.ephemeral_storage", RULE_ANY, 0, field_container_limits_ephemeral_storage,
      TR_KEY("Limit for ephemeral storage: of the container, else of the pod, else of "
             "a LimitRange in the scan"))
FIELD("container.requests.cpu", RULE_ANY, 0, field_container_requests_cpu,
      TR_KEY("Request for CPU: of the container, else of its limit, else of the pod, "
             "else of a LimitRange in the scan"))
FIELD("container.requests.memory", RULE_ANY, 0, field_container_requests_memory,
      TR_KEY("Request for memory: of the container, else of its limit, else of the "
             "pod, else of a LimitRange in the scan"))
FIELD("container.requests.ephemeral_storage", RULE_ANY, 0,
      field_container_requests_ephemeral_storage,
      TR_KEY("Request for ephemeral storage: of the container, else of its limit, else "
             "of the pod, else of a LimitRange in the scan"))
FIELD("container.host_ports", RULE_NUMBER, RULE_FIELD_LIST, field_container_host_ports,
      TR_KEY("Ports of the node that the container asks for"))
FIELD("container.secrets", RULE_TEXT, RULE_FIELD_LIST, field_container_secrets,
      TR_KEY("Names of environment variables whose written values look like secrets"))
FIELD("container.duplicate_env", RULE_TEXT, RULE_FIELD_LIST, field_container_duplicate_env,
      TR_KEY("Names that several environment variables have"))
FIELD("container.duplicate_ports", RULE_TEXT, RULE_FIELD_LIST, field_container_duplicate_ports,
      TR_KEY("Ports that are declared twice: 8080/TCP"))
FIELD("container.mounts", RULE_NODE, RULE_FIELD_LIST | RULE_FIELD_TREE, field_container_mounts,
      TR_KEY("Mounted volumes: item.mountPath, item.readOnly, item.mountPropagation, "
             "item.type (hostPath, ...), item.hostPath (its path), item.volume"))
FIELD("container.missing_volumes", RULE_TEXT, RULE_FIELD_LIST, field_container_missing_volumes,
      TR_KEY("Names of mounted volumes that the pod does not define"))
FIELD("container.command_line", RULE_TEXT, 0, field_container_command_line,
      TR_KEY("command and args, joined by spaces"))
FIELD("container.probes_identical", RULE_BOOL, 0, field_container_probes_identical,
      TR_KEY("Liveness and readiness probe ask the same. Not there unless both are set"))
FIELD("container.unknown_probe_ports", RULE_TEXT, RULE_FIELD_LIST,
      field_container_unknown_probe_ports,
      TR_KEY("Named ports of probes that the container does not declare"))
FIELD("container.probe_hosts", RULE_TEXT, RULE_FIELD_LIST, field_container_probe_hosts,
      TR_KEY("Hosts that probes and lifecycle hooks name instead of the pod"))

/* A volume of a pod. */
FIELD("volume", RULE_ANY, RULE_FIELD_TREE, field_volume,
      TR_KEY("The volume as written: volume.hostPath.path, volume.name, ..."))
FIELD("volume.type", RULE_TEXT, 0, field_volume_type,
      TR_KEY("What kind of volume it is: hostPath, emptyDir, secret, ..."))
FIELD("volume.host_path", RULE_PATH, 0, field_volume_host_path,
      TR_KEY("Path on the node of a hostPath volume, in normal form"))
FIELD("volume.mounts", RULE_NODE, RULE_FIELD_LIST | RULE_FIELD_TREE, field_volume_mounts,
      TR_KEY("Where containers mount the volume: item.container, item.mountPath, "
             "item.readOnly, ..."))
FIELD("volume.mounted", RULE_BOOL, 0, field_volume_mounted, TR_KEY("A container mounts the volume"))
FIELD("volume.writable", RULE_BOOL, 0, field_volume_writable,
      TR_KEY("A container mounts the volume writable"))

/* RBAC. */
FIELD("rule", RULE_ANY, RULE_FIELD_TREE, field_rule,
      TR_KEY("A rule of a Role or ClusterRole: rule.verbs, rule.resources, ..."))
FIELD("role.subjects", RULE_NODE, RULE_FIELD_LIST | RULE_FIELD_TREE, field_role_subjects,
      TR_KEY("Subjects that bindings of the scan give the role to: item.kind, "
             "item.name"))
FIELD("binding", RULE_ANY, RULE_FIELD_TREE, field_binding,
      TR_KEY("The RoleBinding or ClusterRoleBinding: binding.roleRef.name, ..."))
FIELD("binding.role_exists", RULE_BOOL, 0, field_binding_role_exists,
      TR_KEY("The role is in the scan or built in. Not there unless the scan holds a "
             "role of that kind there"))
FIELD("binding.rules", RULE_NODE, RULE_FIELD_LIST | RULE_FIELD_TREE, field_binding_rules,
      TR_KEY("Rules of the role, when it is in the scan or is cluster-admin: "
             "item.verbs, ..."))
FIELD("subject", RULE_ANY, RULE_FIELD_TREE, field_subject,
      TR_KEY("A subject of a binding: subject.kind, subject.name"))
FIELD("subject.namespace", RULE_TEXT, 0, field_subject_namespace,
      TR_KEY("Namespace of a subject that is a service account; that of the binding "
             "when not set"))
FIELD("subject.exists", RULE_BOOL, 0, field_subject_exists,
      TR_KEY("The service account is in the scan. Not there when the scan holds no "
             "service account of the namespace"))

/* Network. */
FIELD("service.type", RULE_TEXT, 0, field_service_type,
      TR_KEY("Type of the Service; ClusterIP when not set"))
FIELD("service.selects", RULE_NUMBER, 0, field_service_selects,
      TR_KEY("Number of pods the Service selects. Not there without a selector, and "
             "when the scan holds no pod of the namespace"))
FIELD("service.dangling_ports", RULE_TEXT, RULE_FIELD_LIST, field_service_dangling_ports,
      TR_KEY("Named target ports that no selected pod declares. Not there when it "
             "selects none"))
FIELD("service.ingresses", RULE_NUMBER, 0, field_service_ingresses,
      TR_KEY("Number of Ingresses in the scan that lead to the Service"))
FIELD("ingress.backends", RULE_NODE, RULE_FIELD_LIST | RULE_FIELD_TREE, field_ingress_backends,
      TR_KEY("Backends: item.service, item.port, item.host, item.path"))
FIELD("ingress.missing_services", RULE_TEXT, RULE_FIELD_LIST, field_ingress_missing_services,
      TR_KEY("Services of backends that are not in the scan. Not there when the scan "
             "holds no Service of the namespace"))
FIELD("ingress.missing_ports", RULE_TEXT, RULE_FIELD_LIST, field_ingress_missing_ports,
      TR_KEY("Ports of backends that their Services do not have: web:8080"))
FIELD("ingress.hosts", RULE_TEXT, RULE_FIELD_LIST, field_ingress_hosts,
      TR_KEY("Hosts of the Ingress; * for a rule without one"))
FIELD("ingress.plain_hosts", RULE_TEXT, RULE_FIELD_LIST, field_ingress_plain_hosts,
      TR_KEY("Hosts that no tls entry covers"))
FIELD("ingress.class", RULE_TEXT, 0, field_ingress_class,
      TR_KEY("Class of the Ingress, from its spec or the old annotation"))
FIELD("policy.selects", RULE_NUMBER, 0, field_policy_selects,
      TR_KEY("Number of pods the NetworkPolicy selects. Not there when the scan holds "
             "no pod of the namespace"))
FIELD("policy.ingress", RULE_BOOL, 0, field_policy_ingress,
      TR_KEY("The policy restricts incoming connections"))
FIELD("policy.egress", RULE_BOOL, 0, field_policy_egress,
      TR_KEY("The policy restricts outgoing connections"))
FIELD("policy.allows_all_ingress", RULE_BOOL, 0, field_policy_allows_all_ingress,
      TR_KEY("A rule allows incoming connections from everywhere to every port"))
FIELD("policy.allows_all_egress", RULE_BOOL, 0, field_policy_allows_all_egress,
      TR_KEY("A rule allows outgoing connections to everywhere on every port"))
FIELD("policy.default_deny_ingress", RULE_BOOL, 0, field_policy_default_deny_ingress,
      TR_KEY("Selects all pods and allows no incoming connection"))
FIELD("policy.default_deny_egress", RULE_BOOL, 0, field_policy_default_deny_egress,
      TR_KEY("Selects all pods and allows no outgoing connection"))
FIELD("namespace.workloads", RULE_NUMBER, 0, field_namespace_workloads,
      TR_KEY("Number of workloads of the namespace in the scan"))
FIELD("namespace.default_deny_ingress", RULE_BOOL, 0, field_namespace_default_deny_ingress,
      TR_KEY("A policy of the namespace denies all incoming connections that no other "
             "allows. Not there when policies of another network plugin are in the "
             "scan"))
FIELD("namespace.default_deny_egress", RULE_BOOL, 0, field_namespace_default_deny_egress,
      TR_KEY("The same for outgoing connections"))
FIELD("namespace.quotas", RULE_NUMBER, 0, field_namespace_quotas,
      TR_KEY("Number of ResourceQuotas of the namespace in the scan"))
FIELD("namespace.limit_ranges", RULE_NUMBER, 0, field_namespace_limit_ranges,
      TR_KEY("Number of LimitRanges of the namespace in the scan"))
