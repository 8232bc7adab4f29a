package kontiki.orchestrator.api.validation;

import java.util.List;
import java.util.Map;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for objects of the built-in kinds besides their types, in Kubernetes' words
 * (kubernetes, pkg/apis/GROUP/validation). It covers configuration, storage, access, networking,
 * policy and extension kinds; metadata, pods, services and workloads are checked by the registry
 * that stores them. Pure; safe on any thread.
 */
public final class Validation {
  /** The checks of a kind. */
  interface Rules {
    /**
     * @param old what the object was; null where it is created
     */
    void check(JsonObject object, @Nullable JsonObject old, Checks checks);
  }

  private static final Map<String, Rules> RULES =
      Map.ofEntries(
          Map.entry("core/v1.ConfigMap", ConfigValidation::configMap),
          Map.entry("core/v1.Secret", ConfigValidation::secret),
          Map.entry("core/v1.Node", ConfigValidation::node),
          Map.entry("core/v1.ResourceQuota", ConfigValidation::quota),
          Map.entry("core/v1.LimitRange", ConfigValidation::limitRange),
          Map.entry("core/v1.PersistentVolume", StorageValidation::volume),
          Map.entry("core/v1.PersistentVolumeClaim", StorageValidation::claim),
          Map.entry("storage/v1.StorageClass", StorageValidation::storageClass),
          Map.entry("core/v1.Endpoints", NetworkValidation::endpoints),
          Map.entry("discovery/v1.EndpointSlice", NetworkValidation::slice),
          Map.entry("networking/v1.Ingress", NetworkValidation::ingress),
          Map.entry("networking/v1.NetworkPolicy", NetworkValidation::networkPolicy),
          Map.entry("rbac/v1.Role", AccessValidation::role),
          Map.entry("rbac/v1.ClusterRole", AccessValidation::clusterRole),
          Map.entry("rbac/v1.RoleBinding", AccessValidation::roleBinding),
          Map.entry("rbac/v1.ClusterRoleBinding", AccessValidation::clusterRoleBinding),
          Map.entry("certificates/v1.CertificateSigningRequest", AccessValidation::certificate),
          Map.entry("policy/v1.PodDisruptionBudget", PolicyValidation::disruptionBudget),
          Map.entry("autoscaling/v1.HorizontalPodAutoscaler", PolicyValidation::autoscaler),
          Map.entry("autoscaling/v2.HorizontalPodAutoscaler", PolicyValidation::autoscaler),
          Map.entry("batch/v1.CronJob", PolicyValidation::cronJob),
          Map.entry("scheduling/v1.PriorityClass", PolicyValidation::priorityClass),
          Map.entry("coordination/v1.Lease", PolicyValidation::lease),
          Map.entry("node/v1.RuntimeClass", PolicyValidation::runtimeClass),
          Map.entry(
              "admissionregistration/v1.MutatingWebhookConfiguration",
              ExtensionValidation::webhooks),
          Map.entry(
              "admissionregistration/v1.ValidatingWebhookConfiguration",
              ExtensionValidation::webhooks),
          Map.entry("apiextensions/v1.CustomResourceDefinition", ExtensionValidation::definition));

  private Validation() {}

  /** What is wrong with a new object, in canonical form and with its defaults. */
  public static List<FieldError> create(StructType type, JsonObject object) {
    return check(type, object, null);
  }

  /** What is wrong with an object as it is to be, fields that may not change among it. */
  public static List<FieldError> update(StructType type, JsonObject object, JsonObject old) {
    return check(type, object, old);
  }

  private static List<FieldError> check(
      StructType type, JsonObject object, @Nullable JsonObject old) {
    Rules rules = RULES.get(type.home() + "." + type.name());
    if (rules == null) {
      return List.of();
    }
    Checks checks = new Checks();
    rules.check(object, old, checks);
    return List.copyOf(checks.errors());
  }

  /** The object under a key, or an empty one that belongs to nothing. */
  static JsonObject part(JsonObject object, String key) {
    JsonObject part = object.object(key);
    return part == null ? new JsonObject(0) : part;
  }
}
