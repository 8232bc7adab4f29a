package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Names;
import kontiki.orchestrator.apiserver.status.FieldError;

/**
 * What must hold for the spec of a pod, in a pod and in a template (kubernetes,
 * pkg/apis/core/validation). Pure.
 */
final class PodValidation {
  private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  private static final List<String> DNS_POLICIES =
      List.of("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
  private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");

  private PodValidation() {}

  static List<FieldError> validate(JsonObject spec, String path) {
    List<FieldError> errors = new ArrayList<>();
    Set<String> volumes = volumes(spec, path, errors);
    List<JsonObject> containers = spec.objects("containers");
    if (containers.isEmpty()) {
      errors.add(FieldError.required(path + ".containers", ""));
    }
    Set<String> names = new HashSet<>();
    for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
      int index = 0;
      for (JsonObject container : spec.objects(list)) {
        String at = path + "." + list + "[" + index++ + "]";
        container(container, at, names, volumes, errors);
      }
    }
    oneOf(spec, "restartPolicy", path, RESTART_POLICIES, errors);
    oneOf(spec, "dnsPolicy", path, DNS_POLICIES, errors);
    Long deadline = spec.integer("activeDeadlineSeconds");
    if (deadline != null && deadline < 1) {
      errors.add(
          FieldError.invalid(
              path + ".activeDeadlineSeconds",
              deadline,
              "must be between 1 and 2147483647, inclusive"));
    }
    String account = spec.string("serviceAccountName", "");
    if (!account.isEmpty()) {
      MetadataValidation.add(
          errors, path + ".serviceAccountName", account, Names.dnsSubdomain(account));
    }
    String node = spec.string("nodeName", "");
    if (!node.isEmpty()) {
      MetadataValidation.add(errors, path + ".nodeName", node, Names.dnsSubdomain(node));
    }
    JsonObject selector = spec.object("nodeSelector");
    if (selector != null) {
      MetadataValidation.labels(path + ".nodeSelector", selector, errors);
    }
    return errors;
  }

  private static Set<String> volumes(JsonObject spec, String path, List<FieldError> errors) {
    Set<String> names = new HashSet<>();
    int index = 0;
    for (JsonObject volume : spec.objects("volumes")) {
      String at = path + ".volumes[" + index++ + "]";
      String name = volume.string("name", "");
      if (name.isEmpty()) {
        errors.add(FieldError.required(at + ".name", ""));
      } else {
        MetadataValidation.add(errors, at + ".name", name, Names.dnsLabel(name));
      }
      if (!names.add(name)) {
        errors.add(FieldError.duplicate(at + ".name", name));
      }
    }
    return names;
  }

  private static void container(
      JsonObject container,
      String at,
      Set<String> names,
      Set<String> volumes,
      List<FieldError> errors) {
    String name = container.string("name", "");
    if (name.isEmpty()) {
      errors.add(FieldError.required(at + ".name", ""));
    } else {
      MetadataValidation.add(errors, at + ".name", name, Names.dnsLabel(name));
      if (!names.add(name)) {
        errors.add(FieldError.duplicate(at + ".name", name));
      }
    }
    if (container.string("image", "").isBlank()) {
      errors.add(FieldError.required(at + ".image", ""));
    }
    oneOf(container, "imagePullPolicy", at, PULL_POLICIES, errors);
    ports(container, at, errors);
    int index = 0;
    for (JsonObject variable : container.objects("env")) {
      String key = variable.string("name", "");
      String where = at + ".env[" + index++ + "].name";
      if (key.isEmpty()) {
        errors.add(FieldError.required(where, ""));
      } else {
        MetadataValidation.add(errors, where, key, Names.envVarName(key));
      }
    }
    mounts(container, at, volumes, errors);
  }

  private static void ports(JsonObject container, String at, List<FieldError> errors) {
    Set<String> names = new HashSet<>();
    int index = 0;
    for (JsonObject port : container.objects("ports")) {
      String where = at + ".ports[" + index++ + "]";
      String name = port.string("name", "");
      if (!name.isEmpty()) {
        MetadataValidation.add(errors, where + ".name", name, Names.portName(name));
        if (!names.add(name)) {
          errors.add(FieldError.duplicate(where + ".name", name));
        }
      }
      long number = port.integer("containerPort", 0);
      if (number == 0) {
        errors.add(FieldError.required(where + ".containerPort", ""));
      } else {
        for (String problem : Names.portNumber(number)) {
          errors.add(FieldError.invalid(where + ".containerPort", number, problem));
        }
      }
      oneOf(port, "protocol", where, PROTOCOLS, errors);
    }
  }

  private static void mounts(
      JsonObject container, String at, Set<String> volumes, List<FieldError> errors) {
    Set<String> paths = new HashSet<>();
    int index = 0;
    for (JsonObject mount : container.objects("volumeMounts")) {
      String where = at + ".volumeMounts[" + index++ + "]";
      String name = mount.string("name", "");
      if (!volumes.contains(name)) {
        errors.add(new FieldError(FieldError.Type.NOT_FOUND, where + ".name", name, ""));
      }
      String path = mount.string("mountPath", "");
      if (path.isEmpty()) {
        errors.add(FieldError.required(where + ".mountPath", ""));
      } else if (!paths.add(path)) {
        errors.add(FieldError.invalid(where + ".mountPath", path, "must be unique"));
      }
    }
  }

  static void oneOf(
      JsonObject object, String key, String path, List<String> allowed, List<FieldError> errors) {
    String value = object.string(key, "");
    if (value.isEmpty()) {
      errors.add(FieldError.required(path + "." + key, ""));
    } else if (!allowed.contains(value)) {
      List<String> quoted = allowed.stream().sorted().map(Json::writeText).toList();
      errors.add(
          new FieldError(
              FieldError.Type.NOT_SUPPORTED,
              path + "." + key,
              value,
              "supported values: " + String.join(", ", quoted)));
    }
  }

  /** Of a pod's spec only images, the deadline and new tolerations may change. */
  static List<FieldError> validateUpdate(JsonObject spec, JsonObject old) {
    List<FieldError> errors = validate(spec, "spec");
    JsonObject same = spec.deepCopy();
    for (String key :
        List.of("activeDeadlineSeconds", "tolerations", "schedulingGates", "nodeName")) {
      restore(same, old, key);
    }
    if (old.integer("terminationGracePeriodSeconds", 0) < 0) {
      restore(same, old, "terminationGracePeriodSeconds");
    }
    for (String list : List.of("containers", "initContainers")) {
      List<JsonObject> before = old.objects(list);
      List<JsonObject> after = same.objects(list);
      for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
        restore(after.get(i), before.get(i), "image");
      }
    }
    boolean nodeChanged = !Objects.equals(spec.string("nodeName", ""), old.string("nodeName", ""));
    if (!same.equals(old) || nodeChanged) {
      errors.add(
          FieldError.forbidden(
              "spec",
              "pod updates may not change fields other than"
                  + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
                  + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
                  + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if"
                  + " it was previously negative)"));
    }
    for (JsonObject toleration : old.objects("tolerations")) {
      if (!spec.objects("tolerations").contains(toleration)) {
        errors.add(
            FieldError.forbidden(
                "spec.tolerations",
                "existing toleration can not be modified except its tolerationSeconds"));
      }
    }
    return errors;
  }

  private static void restore(JsonObject object, JsonObject old, String key) {
    if (old.has(key)) {
      object.put(key, JsonObject.deepCopyOf(old.get(key)));
    } else {
      object.remove(key);
    }
  }
}
