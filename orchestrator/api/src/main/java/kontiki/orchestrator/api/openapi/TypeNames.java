package kontiki.orchestrator.api.openapi;

import java.util.HashMap;
import java.util.Map;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;

/** The names of types in OpenAPI documents: {@code io.k8s.api.apps.v1.Deployment}. */
final class TypeNames {
  static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  static final String TIME = META + "Time";
  static final String MICRO_TIME = META + "MicroTime";
  static final String DURATION = META + "Duration";
  static final String PATCH = META + "Patch";
  static final String STATUS = META + "Status";
  static final String DELETE_OPTIONS = META + "DeleteOptions";
  static final String FIELDS = META + "FieldsV1";
  static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
  static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
  static final String RAW = "io.k8s.apimachinery.pkg.runtime.RawExtension";

  private final Map<String, String> groups = new HashMap<>();

  TypeNames(ResourceCatalog catalog) {
    for (ResourceType type : catalog.types()) {
      groups.put(BuiltinSchemas.home(type.group()), type.group());
    }
  }

  static String of(StructType type) {
    return prefix(type.home()) + type.name();
  }

  static String prefix(String home) {
    String dotted = home.replace('/', '.') + ".";
    if (home.startsWith("meta/")) {
      return "io.k8s.apimachinery.pkg.apis." + dotted;
    }
    if (home.startsWith("apiextensions/")) {
      return "io.k8s.apiextensions-apiserver.pkg.apis." + dotted;
    }
    if (home.startsWith("apiregistration/")) {
      return "io.k8s.kube-aggregator.pkg.apis." + dotted;
    }
    return "io.k8s.api." + dotted;
  }

  /** The API group of the types at a home; meta's are in core. */
  String group(String home) {
    return groups.getOrDefault(home.substring(0, home.indexOf('/')), "");
  }
}
