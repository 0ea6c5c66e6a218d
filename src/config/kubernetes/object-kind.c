#include "config/kubernetes/object-kind.h"

#define SPEC_TEMPLATE                                                                              \
    {                                                                                              \
        "spec", "template"                                                                         \
    }

static const struct object_kind kinds[] = {
    {VIEW("Pod"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE},
    {VIEW("PodTemplate"),
     VIEW(""),
     SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE,
     {"template"}},
    {VIEW("ReplicationController"), VIEW(""), SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS |
         OBJECT_SELECTOR,
     SPEC_TEMPLATE},
    {VIEW("Service"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("ConfigMap"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("Secret"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("ServiceAccount"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("PersistentVolumeClaim"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("Endpoints"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("LimitRange"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("ResourceQuota"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("Event"), VIEW(""), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("Namespace"), VIEW(""), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("Node"), VIEW(""), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("PersistentVolume"), VIEW(""), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("ComponentStatus"), VIEW(""), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("Deployment"), VIEW("apps"), SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS |
         OBJECT_SELECTOR,
     SPEC_TEMPLATE},
    {VIEW("DaemonSet"), VIEW("apps"), SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_SELECTOR, SPEC_TEMPLATE},
    {VIEW("ReplicaSet"), VIEW("apps"), SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS |
         OBJECT_SELECTOR,
     SPEC_TEMPLATE},
    {VIEW("Deployment"), VIEW("extensions"), SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS |
         OBJECT_SELECTOR,
     SPEC_TEMPLATE},
    {VIEW("DaemonSet"), VIEW("extensions"), SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_SELECTOR, SPEC_TEMPLATE},
    {VIEW("ReplicaSet"), VIEW("extensions"), SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS |
         OBJECT_SELECTOR,
     SPEC_TEMPLATE},
    {VIEW("StatefulSet"), VIEW("apps"), SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS |
         OBJECT_SELECTOR,
     SPEC_TEMPLATE},
    {VIEW("ControllerRevision"), VIEW("apps"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("Job"), VIEW("batch"), SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_RUNS_TO_END, SPEC_TEMPLATE},
    {VIEW("CronJob"),
     VIEW("batch"),
     SCOPE_NAMESPACED,
     OBJECT_BUILT_IN | OBJECT_POD_TEMPLATE | OBJECT_RUNS_TO_END,
     {"spec", "jobTemplate", "spec", "template"}},
    {VIEW("Ingress"), VIEW("networking.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("NetworkPolicy"), VIEW("networking.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("IngressClass"), VIEW("networking.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("IPAddress"), VIEW("networking.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("ServiceCIDR"), VIEW("networking.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("Ingress"), VIEW("extensions"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("NetworkPolicy"), VIEW("extensions"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("PodSecurityPolicy"), VIEW("extensions"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("PodDisruptionBudget"), VIEW("policy"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("PodSecurityPolicy"), VIEW("policy"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("HorizontalPodAutoscaler"), VIEW("autoscaling"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("Role"), VIEW("rbac.authorization.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("RoleBinding"), VIEW("rbac.authorization.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("ClusterRole"), VIEW("rbac.authorization.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("ClusterRoleBinding"), VIEW("rbac.authorization.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("StorageClass"), VIEW("storage.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("CSIDriver"), VIEW("storage.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("CSINode"), VIEW("storage.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("VolumeAttachment"), VIEW("storage.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("VolumeAttributesClass"), VIEW("storage.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("CSIStorageCapacity"), VIEW("storage.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("PriorityClass"), VIEW("scheduling.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("RuntimeClass"), VIEW("node.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("MutatingWebhookConfiguration"), VIEW("admissionregistration.k8s.io"), SCOPE_CLUSTER,
     OBJECT_BUILT_IN},
    {VIEW("ValidatingWebhookConfiguration"), VIEW("admissionregistration.k8s.io"), SCOPE_CLUSTER,
     OBJECT_BUILT_IN},
    {VIEW("ValidatingAdmissionPolicy"), VIEW("admissionregistration.k8s.io"), SCOPE_CLUSTER,
     OBJECT_BUILT_IN},
    {VIEW("ValidatingAdmissionPolicyBinding"), VIEW("admissionregistration.k8s.io"), SCOPE_CLUSTER,
     OBJECT_BUILT_IN},
    {VIEW("MutatingAdmissionPolicy"), VIEW("admissionregistration.k8s.io"), SCOPE_CLUSTER,
     OBJECT_BUILT_IN},
    {VIEW("MutatingAdmissionPolicyBinding"), VIEW("admissionregistration.k8s.io"), SCOPE_CLUSTER,
     OBJECT_BUILT_IN},
    {VIEW("CustomResourceDefinition"), VIEW("apiextensions.k8s.io"), SCOPE_CLUSTER,
     OBJECT_BUILT_IN},
    {VIEW("APIService"), VIEW("apiregistration.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("CertificateSigningRequest"), VIEW("certificates.k8s.io"), SCOPE_CLUSTER,
     OBJECT_BUILT_IN},
    {VIEW("ClusterTrustBundle"), VIEW("certificates.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("Lease"), VIEW("coordination.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("EndpointSlice"), VIEW("discovery.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("Event"), VIEW("events.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("FlowSchema"), VIEW("flowcontrol.apiserver.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("PriorityLevelConfiguration"), VIEW("flowcontrol.apiserver.k8s.io"), SCOPE_CLUSTER,
     OBJECT_BUILT_IN},
    {VIEW("ResourceClaim"), VIEW("resource.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("ResourceClaimTemplate"), VIEW("resource.k8s.io"), SCOPE_NAMESPACED, OBJECT_BUILT_IN},
    {VIEW("DeviceClass"), VIEW("resource.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("ResourceSlice"), VIEW("resource.k8s.io"), SCOPE_CLUSTER, OBJECT_BUILT_IN},
    {VIEW("Rollout"), VIEW("argoproj.io"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS | OBJECT_SELECTOR, SPEC_TEMPLATE},
    {VIEW("CloneSet"), VIEW("apps.kruise.io"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS | OBJECT_SELECTOR, SPEC_TEMPLATE},
    {VIEW("StatefulSet"), VIEW("apps.kruise.io"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS | OBJECT_SELECTOR, SPEC_TEMPLATE},
    {VIEW("DaemonSet"), VIEW("apps.kruise.io"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_SELECTOR, SPEC_TEMPLATE},
    {VIEW("BroadcastJob"), VIEW("apps.kruise.io"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_RUNS_TO_END, SPEC_TEMPLATE},
    {VIEW("SidecarSet"), VIEW("apps.kruise.io"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_PARTIAL_POD},
    {VIEW("DeploymentConfig"), VIEW("apps.openshift.io"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING | OBJECT_REPLICAS | OBJECT_SELECTOR, SPEC_TEMPLATE},
    {VIEW("Service"), VIEW("serving.knative.dev"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING, SPEC_TEMPLATE},
    {VIEW("Configuration"), VIEW("serving.knative.dev"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING, SPEC_TEMPLATE},
    {VIEW("Revision"), VIEW("serving.knative.dev"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_KEEPS_RUNNING},
    {VIEW("Task"), VIEW("tekton.dev"), SCOPE_NAMESPACED,
     OBJECT_POD_TEMPLATE | OBJECT_RUNS_TO_END | OBJECT_PARTIAL_POD},
    {VIEW("StepAction"), VIEW("tekton.dev"), SCOPE_NAMESPACED, 0},
    {VIEW("ClusterTask"), VIEW("tekton.dev"), SCOPE_CLUSTER,
     OBJECT_POD_TEMPLATE | OBJECT_RUNS_TO_END | OBJECT_PARTIAL_POD},
};

const struct object_kind *object_kind_find(struct view group, struct view kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (view_eq(kinds[i].kind, kind) && view_eq(kinds[i].group, group))
            return &kinds[i];
    return NULL;
}

bool object_group_is_policy(struct view group)
{
    static const struct view groups[] = {
        VIEW("kyverno.io"),
        VIEW("gatekeeper.sh"),
        VIEW("kubewarden.io"),
        VIEW("apiextensions.k8s.io"),
        VIEW("admissionregistration.k8s.io"),
        VIEW("config.kubernetes.io"),
        VIEW("crossplane.io"),
    };

    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (view_ends(group, groups[i]))
            return true;
    return false;
}
