package kontiki.orchestrator.api.defaults;

import java.util.Map;
import java.util.function.Consumer;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.schema.TypedReader;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The defaults of the built-in kinds, as the API server of the field sets them when it reads an
 * object (kubernetes, pkg/apis/GROUP/VERSION/defaults.go). Stateless; safe on any thread.
 */
public final class Defaults {
  private static final Map<String, Consumer<JsonObject>> BY_KIND =
      Map.ofEntries(
          Map.entry("core/v1.Pod", PodDefaults::pod),
          Map.entry(
              "core/v1.PodTemplate", object -> PodDefaults.template(object.object("template"))),
          Map.entry("core/v1.ReplicationController", WorkloadDefaults::replicationController),
          Map.entry("core/v1.Service", ServiceDefaults::service),
          Map.entry("core/v1.Endpoints", ServiceDefaults::endpoints),
          Map.entry("core/v1.Secret", ClusterDefaults::secret),
          Map.entry("core/v1.Namespace", ClusterDefaults::namespace),
          Map.entry("core/v1.Node", ClusterDefaults::node),
          Map.entry("core/v1.LimitRange", ClusterDefaults::limitRange),
          Map.entry("core/v1.PersistentVolume", StorageDefaults::persistentVolume),
          Map.entry("core/v1.PersistentVolumeClaim", StorageDefaults::claim),
          Map.entry("apps/v1.Deployment", WorkloadDefaults::deployment),
          Map.entry("apps/v1.ReplicaSet", WorkloadDefaults::replicaSet),
          Map.entry("apps/v1.DaemonSet", WorkloadDefaults::daemonSet),
          Map.entry("apps/v1.StatefulSet", WorkloadDefaults::statefulSet),
          Map.entry("batch/v1.Job", JobDefaults::job),
          Map.entry("batch/v1.CronJob", JobDefaults::cronJob),
          Map.entry("autoscaling/v1.HorizontalPodAutoscaler", AutoscalerDefaults::v1),
          Map.entry("autoscaling/v2.HorizontalPodAutoscaler", AutoscalerDefaults::v2),
          Map.entry("discovery/v1.EndpointSlice", ServiceDefaults::endpointSlice),
          Map.entry("networking/v1.NetworkPolicy", ServiceDefaults::networkPolicy),
          Map.entry("networking/v1.IngressClass", ServiceDefaults::ingressClass),
          Map.entry("rbac/v1.RoleBinding", ClusterDefaults::roleBinding),
          Map.entry("rbac/v1.ClusterRoleBinding", ClusterDefaults::roleBinding),
          Map.entry("storage/v1.StorageClass", StorageDefaults::storageClass),
          Map.entry("storage/v1.CSIDriver", StorageDefaults::csiDriver),
          Map.entry(
              "scheduling/v1.PriorityClass",
              object -> Absent.put(object, "preemptionPolicy", "PreemptLowerPriority")),
          Map.entry("flowcontrol/v1.FlowSchema", ClusterDefaults::flowSchema),
          Map.entry("flowcontrol/v1.PriorityLevelConfiguration", ClusterDefaults::priorityLevel),
          Map.entry("authentication/v1.TokenRequest", ClusterDefaults::tokenRequest),
          Map.entry(
              "admissionregistration/v1.MutatingWebhookConfiguration", ExtensionDefaults::mutating),
          Map.entry(
              "admissionregistration/v1.ValidatingWebhookConfiguration",
              ExtensionDefaults::validating),
          Map.entry(
              "admissionregistration/v1.ValidatingAdmissionPolicy", ExtensionDefaults::policy),
          Map.entry("admissionregistration/v1.MutatingAdmissionPolicy", ExtensionDefaults::policy),
          Map.entry(
              "admissionregistration/v1.ValidatingAdmissionPolicyBinding",
              ExtensionDefaults::policyBinding),
          Map.entry(
              "admissionregistration/v1.MutatingAdmissionPolicyBinding",
              ExtensionDefaults::policyBinding),
          Map.entry("apiextensions/v1.CustomResourceDefinition", ExtensionDefaults::definition),
          Map.entry("apiregistration/v1.APIService", ExtensionDefaults::apiService));

  private Defaults() {}

  /**
   * Sets the defaults of an object of a built-in kind.
   *
   * @param object in canonical form; it is changed
   * @return the object with its defaults in canonical form: the same one where its kind has none
   */
  public static JsonObject apply(StructType type, JsonObject object) {
    Consumer<JsonObject> defaults = of(type);
    if (defaults == null) {
      return object;
    }
    defaults.accept(object);
    return TypedReader.read(type, object);
  }

  private static @Nullable Consumer<JsonObject> of(StructType type) {
    return BY_KIND.get(type.home() + "." + type.name());
  }
}
