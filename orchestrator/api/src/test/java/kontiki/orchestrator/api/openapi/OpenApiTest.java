package kontiki.orchestrator.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kontiki.orchestrator.api.catalog.GroupVersion;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.junit.jupiter.api.Test;

class OpenApiTest {
  private static final ResourceCatalog CATALOG = ResourceCatalog.builtin();

  @Test
  void everyReferenceOfEveryDocumentIsThere() {
    Pattern reference =
        Pattern.compile("\"\\$ref\":\"#/(?:components/schemas|definitions)/([^\"]+)\"");
    for (String group : CATALOG.groups()) {
      for (String version : CATALOG.versions(group)) {
        JsonObject document = OpenApi.v3(CATALOG, new GroupVersion(group, version), "v1.36.0");
        JsonObject schemas = document.objectAt("components", "schemas");
        Matcher matcher = reference.matcher(Json.writeText(document));
        while (matcher.find()) {
          assertThat(schemas.has(matcher.group(1))).as(matcher.group(1)).isTrue();
        }
        assertThat(schemas.size()).isGreaterThan(8);
      }
    }
    JsonObject v2 = OpenApi.v2(CATALOG, "v1.36.0");
    Matcher matcher = reference.matcher(Json.writeText(v2));
    while (matcher.find()) {
      assertThat(v2.object("definitions").has(matcher.group(1))).as(matcher.group(1)).isTrue();
    }
  }

  @Test
  void operationsHaveIdsOfTheirOwn() {
    Set<String> ids = new HashSet<>();
    OpenApi.v2(CATALOG, "v1.36.0")
        .object("paths")
        .forEach((path, item) ->
            ((JsonObject) item)
                .forEach((method, operation) -> {
                  if (operation instanceof JsonObject one) {
                    String id = one.string("operationId");
                    assertThat(ids.add(id)).as(id).isTrue();
                  }
                }));
    assertThat(ids)
        .contains(
            "createCoreV1NamespacedPod",
            "patchAppsV1NamespacedDeployment",
            "readAppsV1NamespacedDeploymentScale",
            "listCoreV1PodForAllNamespaces",
            "connectGetCoreV1NamespacedPodExec",
            "listRbacAuthorizationV1ClusterRole");
  }

  /** kubectl asks for exactly these before it validates on the server, explains or merges. */
  @Test
  void saysWhatKubectlLooksFor() {
    JsonObject document = OpenApi.v3(CATALOG, new GroupVersion("apps", "v1"), "v1.36.0");
    JsonObject patch =
        document.objectAt(
            "paths", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}", "patch");
    assertThat(patch.object("x-kubernetes-group-version-kind"))
        .isEqualTo(JsonObject.of("group", "apps", "kind", "Deployment", "version", "v1"));
    assertThat(patch.objects("parameters"))
        .anyMatch(one -> one.string("name", "").equals("fieldValidation"));
    JsonObject podSpec = document.objectAt("components", "schemas", "io.k8s.api.core.v1.PodSpec");
    assertThat(podSpec.strings("required")).containsExactly("containers");
    JsonObject containers = podSpec.objectAt("properties", "containers");
    assertThat(containers.string("x-kubernetes-patch-merge-key")).isEqualTo("name");
    assertThat(containers.string("x-kubernetes-patch-strategy")).isEqualTo("merge");
    assertThat(containers.string("x-kubernetes-list-type")).isEqualTo("map");
    assertThat(containers.string("description")).startsWith("List of containers");
    JsonObject deployment =
        document.objectAt("components", "schemas", "io.k8s.api.apps.v1.Deployment");
    assertThat(deployment.objects("x-kubernetes-group-version-kind"))
        .containsExactly(JsonObject.of("group", "apps", "kind", "Deployment", "version", "v1"));
    assertThat(deployment.string("description")).startsWith("Deployment enables declarative");
  }

  @Test
  void theIndexNamesEveryVersion() {
    JsonObject index = OpenApi.index(CATALOG, version -> "X");
    assertThat(index.stringAt("paths", "apis/apps/v1", "serverRelativeURL"))
        .isEqualTo("/openapi/v3/apis/apps/v1?hash=X");
    assertThat(index.object("paths").has("api/v1")).isTrue();
    assertThat(OpenApi.hash(CATALOG, new GroupVersion("", "v1"), "v1.36.0"))
        .isNotEqualTo(OpenApi.hash(CATALOG, new GroupVersion("", "v1"), "v1.36.1"));
  }

  @Test
  void protobufHasGnosticsForm() {
    JsonObject document =
        Json.parseObject(
            "{\"swagger\":\"2.0\",\"definitions\":{\"a.B\":{\"type\":\"object\",\"required\":[\"c\"],"
                + "\"properties\":{\"c\":{\"$ref\":\"#/d\"}},\"x-y\":[1]}}}");
    assertThat(HexFormat.of().formatHex(OpenApiProtobuf.encode(document)))
        .isEqualTo(
            "0a03322e30"
                + "4a36"
                + "0a34"
                + "0a03612e42"
                + "122d"
                + "b20108"
                + "0a066f626a656374"
                + "9a010163"
                + "ca010c"
                + "0a0a"
                + "0a0163"
                + "1205"
                + "0a03232f64"
                + "fa010c"
                + "0a03782d79"
                + "1205"
                + "12035b315d");
  }

  @Test
  void theWholeDocumentHasAProtobufForm() {
    byte[] bytes = OpenApiProtobuf.encode(OpenApi.v2(CATALOG, "v1.36.0"));
    assertThat(bytes.length).isBetween(200_000, 8_000_000);
  }
}
