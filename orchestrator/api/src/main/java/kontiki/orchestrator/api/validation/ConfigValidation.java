package kontiki.orchestrator.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Names;
import kontiki.orchestrator.api.value.Quantity;
import org.jspecify.annotations.Nullable;

/** Config maps, secrets, nodes, quotas and limits. */
final class ConfigValidation {
  /** Keys and values of a config map or a secret together, in bytes. */
  private static final int MAX_BYTES = 1 << 20;

  private static final String SEALED = "field is immutable when `immutable` is set";
  private static final Map<String, List<String>> REQUIRED_DATA =
      Map.of(
          "kubernetes.io/tls", List.of("tls.crt", "tls.key"),
          "kubernetes.io/dockercfg", List.of(".dockercfg"),
          "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
          "kubernetes.io/ssh-auth", List.of("ssh-privatekey"));

  private ConfigValidation() {}

  static void configMap(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject data = Validation.part(object, "data");
    JsonObject binary = Validation.part(object, "binaryData");
    long size = 0;
    for (String key : data.keys()) {
      checks.named("data[" + key + "]", key, Names.configMapKey(key));
      if (binary.has(key)) {
        checks.invalid("data[" + key + "]", key, "duplicate of key present in binaryData");
      }
      size += data.string(key, "").length();
    }
    for (String key : binary.keys()) {
      checks.named("binaryData[" + key + "]", key, Names.configMapKey(key));
      size += binary.string(key, "").length() * 3L / 4;
    }
    size(size, checks);
    if (old != null) {
      sealed(object, old, checks, "data", "binaryData");
    }
  }

  private static void size(long bytes, Checks checks) {
    if (bytes > MAX_BYTES) {
      checks.add(
          FieldError.Type.TOO_LONG, "[]", null, "may not be more than " + MAX_BYTES + " bytes");
    }
  }

  private static void sealed(JsonObject object, JsonObject old, Checks checks, String... keys) {
    if (!old.bool("immutable")) {
      return;
    }
    if (!object.bool("immutable")) {
      checks.forbidden("immutable", SEALED);
    }
    for (String key : keys) {
      if (!Validation.part(object, key).equals(Validation.part(old, key))) {
        checks.forbidden(key, SEALED);
      }
    }
  }

  static void secret(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject data = Validation.part(object, "data");
    long size = 0;
    for (String key : data.keys()) {
      checks.named("data[" + key + "]", key, Names.configMapKey(key));
      size += data.string(key, "").length() * 3L / 4;
    }
    size(size, checks);
    String type = object.string("type", "");
    for (String key : REQUIRED_DATA.getOrDefault(type, List.of())) {
      if (!data.has(key)) {
        checks.required("data[" + key + "]", "");
      }
    }
    if (type.equals("kubernetes.io/basic-auth") && !data.has("username") && !data.has("password")) {
      checks.required("data[username]", "");
      checks.required("data[password]", "");
    }
    String account = "kubernetes.io/service-account.name";
    if (type.equals("kubernetes.io/service-account-token")
        && Validation.part(Validation.part(object, "metadata"), "annotations")
            .string(account, "")
            .isEmpty()) {
      checks.required("metadata.annotations[" + account + "]", "");
    }
    if (old != null) {
      checks.same(object.get("type"), old.get("type"), "type");
      sealed(object, old, checks, "data");
    }
  }

  static void node(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    Set<String> seen = new HashSet<>();
    int index = 0;
    for (JsonObject taint : spec.objects("taints")) {
      String at = "spec.taints[" + index++ + "]";
      String key = taint.string("key", "");
      checks.named(at + ".key", key, Names.qualifiedName(key));
      checks.named(
          at + ".value", taint.string("value", ""), Names.labelValue(taint.string("value", "")));
      if (checks.present(taint, "effect", at + ".effect")) {
        checks.oneOf(
            taint.get("effect"),
            at + ".effect",
            List.of("NoSchedule", "PreferNoSchedule", "NoExecute"));
      }
      if (!seen.add(key + ":" + taint.string("effect", ""))) {
        checks.add(
            FieldError.Type.DUPLICATE, at, taint, "taints must be unique by key and effect pair");
      }
    }
    if (old != null) {
      JsonObject before = Validation.part(old, "spec");
      for (String key : new String[] {"podCIDR", "providerID"}) {
        String was = before.string(key, "");
        if (!was.isEmpty() && !was.equals(spec.string(key, ""))) {
          checks.forbidden(
              key.equals("podCIDR") ? "spec.podCIDRs" : "spec.providerID",
              "node updates may not change " + key + " except from \"\" to valid");
        }
      }
    }
  }

  static void quota(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    checks.amounts(spec.object("hard"), "spec.hard");
    if (old != null
        && !Objects.equals(spec.get("scopes"), Validation.part(old, "spec").get("scopes"))) {
      checks.invalid("spec.scopes", spec.get("scopes"), Checks.IMMUTABLE);
    }
  }

  static void limitRange(JsonObject object, @Nullable JsonObject old, Checks checks) {
    List<JsonObject> limits = Validation.part(object, "spec").objects("limits");
    for (int i = 0; i < limits.size(); i++) {
      String at = "spec.limits[" + i + "]";
      JsonObject item = limits.get(i);
      checks.present(item, "type", at + ".type");
      JsonObject max = Validation.part(item, "max");
      JsonObject min = Validation.part(item, "min");
      ordered(min, max, at + ".min", "min value %s is greater than max value %s", checks);
      ordered(
          Validation.part(item, "defaultRequest"),
          Validation.part(item, "default"),
          at + ".defaultRequest",
          "default request value %s is greater than default limit value %s",
          checks);
      ordered(
          Validation.part(item, "default"),
          max,
          at + ".default",
          "default value %s is greater than max value %s",
          checks);
    }
  }

  private static void ordered(
      JsonObject low, JsonObject high, String field, String words, Checks checks) {
    for (String key : low.keys()) {
      String less = low.string(key);
      String more = high.string(key);
      if (less != null
          && more != null
          && Quantity.parse(less).compareTo(Quantity.parse(more)) > 0) {
        checks.invalid(field + "[" + key + "]", less, words.formatted(less, more));
      }
    }
  }
}
