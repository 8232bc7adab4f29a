package kontiki.orchestrator.api.validation;

import java.util.List;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Names;
import org.jspecify.annotations.Nullable;

/** Webhooks and custom resource definitions. */
final class ExtensionValidation {
  private ExtensionValidation() {}

  static void webhooks(JsonObject object, @Nullable JsonObject old, Checks checks) {
    List<JsonObject> webhooks = object.objects("webhooks");
    checks.distinct(webhooks, "name", "webhooks");
    for (int i = 0; i < webhooks.size(); i++) {
      webhook(webhooks.get(i), "webhooks[" + i + "]", checks);
    }
  }

  private static void webhook(JsonObject webhook, String at, Checks checks) {
    String name = webhook.string("name", "");
    if (name.isEmpty()) {
      checks.required(at + ".name", "");
    } else if (name.split("\\.", -1).length < 3) {
      checks.invalid(
          at + ".name", name, "should be a domain with at least three segments separated by dots");
    } else {
      checks.named(at + ".name", name, Names.dnsSubdomain(name));
    }
    if (webhook.strings("admissionReviewVersions").isEmpty()) {
      checks.required(at + ".admissionReviewVersions", "must specify one of v1, v1beta1");
    }
    if (webhook.get("sideEffects") == null) {
      checks.required(at + ".sideEffects", "must specify one of None, NoneOnDryRun");
    }
    checks.oneOf(webhook.get("sideEffects"), at + ".sideEffects", List.of("None", "NoneOnDryRun"));
    checks.oneOf(webhook.get("failurePolicy"), at + ".failurePolicy", List.of("Fail", "Ignore"));
    checks.oneOf(webhook.get("matchPolicy"), at + ".matchPolicy", List.of("Equivalent", "Exact"));
    Long timeout = webhook.integer("timeoutSeconds");
    if (timeout != null && (timeout < 1 || timeout > 30)) {
      checks.invalid(
          at + ".timeoutSeconds", timeout, "the timeout value must be between 1 and 30 seconds");
    }
    JsonObject client = Validation.part(webhook, "clientConfig");
    boolean url = client.get("url") != null;
    boolean service = client.get("service") != null;
    if (url == service) {
      checks.required(at + ".clientConfig", "exactly one of url or service is required");
    } else if (url && !client.string("url", "").startsWith("https://")) {
      checks.invalid(
          at + ".clientConfig.url", client.get("url"), "'https' is the only allowed URL scheme");
    }
    checks.selector(webhook.object("namespaceSelector"), at + ".namespaceSelector");
    checks.selector(webhook.object("objectSelector"), at + ".objectSelector");
  }

  static void definition(JsonObject object, @Nullable JsonObject old, Checks checks) {
    JsonObject spec = Validation.part(object, "spec");
    JsonObject names = Validation.part(spec, "names");
    String group = spec.string("group", "");
    String expected = names.string("plural", "") + "." + group;
    String name = Validation.part(object, "metadata").string("name", "");
    if (!name.equals(expected)) {
      checks.invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
    }
    if (group.isEmpty()) {
      checks.required("spec.group", "");
    } else if (group.indexOf('.') < 0) {
      checks.invalid("spec.group", group, "should be a domain with at least one dot");
    } else {
      checks.named("spec.group", group, Names.dnsSubdomain(group));
    }
    checks.oneOf(spec.get("scope"), "spec.scope", List.of("Cluster", "Namespaced"));
    checks.present(spec, "scope", "spec.scope");
    for (String key : new String[] {"plural", "singular"}) {
      String value = names.string(key, "");
      checks.named("spec.names." + key, value, Names.dns1035Label(value));
    }
    checks.present(names, "kind", "spec.names.kind");
    versions(spec, checks);
    if (old != null) {
      JsonObject before = Validation.part(old, "spec");
      checks.same(spec.get("group"), before.get("group"), "spec.group");
      checks.same(spec.get("scope"), before.get("scope"), "spec.scope");
      checks.same(
          names.get("plural"), Validation.part(before, "names").get("plural"), "spec.names.plural");
      checks.same(
          names.get("kind"), Validation.part(before, "names").get("kind"), "spec.names.kind");
    }
  }

  private static void versions(JsonObject spec, Checks checks) {
    List<JsonObject> versions = spec.objects("versions");
    checks.distinct(versions, "name", "spec.versions");
    long stored = versions.stream().filter(version -> version.bool("storage")).count();
    if (stored != 1) {
      checks.invalid(
          "spec.versions", versions, "must have exactly one version marked as storage version");
    }
    for (int i = 0; i < versions.size(); i++) {
      JsonObject version = versions.get(i);
      String at = "spec.versions[" + i + "]";
      checks.named(
          at + ".name", version.string("name", ""), Names.dns1035Label(version.string("name", "")));
      if (version.objectAt("schema", "openAPIV3Schema") == null) {
        checks.required(at + ".schema.openAPIV3Schema", "schemas are required");
      }
    }
  }
}
