package kontiki.orchestrator.api.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.PublishedObjects;
import kontiki.orchestrator.api.PublishedObjects.Golden;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.wire.KubernetesProtobuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedReaderTest {
  private static JsonObject read(String json, List<String> unknown) {
    JsonObject object = Json.parseObject(json);
    StructType type =
        BuiltinSchemas.forKind(object.string("apiVersion", ""), object.string("kind", ""));
    return TypedReader.read(type, object, unknown::add);
  }

  @Test
  void publishedObjectsAreCanonicalAlready() {
    List<String> unknown = new ArrayList<>();
    for (Golden golden : PublishedObjects.all()) {
      JsonObject json = Json.parseObject(golden.json());
      KubernetesProtobuf.Envelope envelope = KubernetesProtobuf.envelope(golden.protobuf());
      StructType type = BuiltinSchemas.forKind(envelope.apiVersion(), envelope.kind());
      if (type != null) {
        assertThat(TypedReader.read(type, json, unknown::add)).hasToString(json.toString());
      }
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void bringsAPodIntoCanonicalForm() {
    List<String> unknown = new ArrayList<>();
    assertThat(
            read(
                "{\"spec\":{\"foo\":1,\"containers\":[{\"image\":\"i\",\"name\":\"c\",\"bar\":{},"
                    + "\"resources\":{\"limits\":{\"memory\":\"1024Mi\",\"cpu\":0.5}},\"env\":[],"
                    + "\"ports\":null,\"securityContext\":{\"privileged\":false}}],"
                    + "\"volumes\":[{\"secret\":{\"secretName\":\"s\"},\"name\":\"v\",\"nope\":1}]},"
                    + "\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"labels\":"
                    + "{\"b\":\"1\",\"a\":null}},\"extra\":true}",
                unknown))
        .hasToString(
            "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\",\"labels\":"
                + "{\"a\":\"\",\"b\":\"1\"}},\"spec\":{\"volumes\":[{\"name\":\"v\",\"secret\":"
                + "{\"secretName\":\"s\"}}],\"containers\":[{\"name\":\"c\",\"image\":\"i\","
                + "\"resources\":{\"limits\":{\"cpu\":\"500m\",\"memory\":\"1Gi\"}},"
                + "\"securityContext\":{\"privileged\":false}}]},\"status\":{}}");
    assertThat(unknown)
        .containsExactly("spec.foo", "spec.containers[0].bar", "spec.volumes[0].nope", "extra");
    assertThat(TypedReader.strictError(List.of("a"), List.of("spec.foo")))
        .isEqualTo("strict decoding error: duplicate field \"a\", unknown field \"spec.foo\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"replicas\":\"3\"}|json: cannot unmarshal string into Go struct field"
            + " DeploymentSpec.spec.replicas of type int32",
        "{\"replicas\":3000000000}|json: cannot unmarshal number 3000000000 into Go struct field"
            + " DeploymentSpec.spec.replicas of type int32",
        "{\"replicas\":1.5}|json: cannot unmarshal number 1.5 into Go struct field"
            + " DeploymentSpec.spec.replicas of type int32",
        "{\"paused\":1}|json: cannot unmarshal number 1 into Go struct field"
            + " DeploymentSpec.spec.paused of type bool",
        "{\"template\":{\"spec\":{\"containers\":{}}}}|json: cannot unmarshal object into Go struct"
            + " field PodSpec.spec.template.spec.containers of type []v1.Container",
        "{\"template\":{\"spec\":{\"containers\":[{\"ports\":[1]}]}}}|json: cannot unmarshal number"
            + " 1 into Go struct field Container.spec.template.spec.containers.ports of type"
            + " v1.ContainerPort",
        "{\"selector\":{\"matchLabels\":{\"a\":1}}}|json: cannot unmarshal number 1 into Go struct"
            + " field LabelSelector.spec.selector.matchLabels of type string",
        "{\"template\":{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":\"x\"}}}]}}}|quantities"
            + " must match",
        "{\"template\":{\"metadata\":{\"creationTimestamp\":\"now\"}}}|parsing time \"now\""
      })
  void saysWhatDoesNotFit(String spec, String message) {
    String json = "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"spec\":" + spec + "}";
    assertThatThrownBy(() -> read(json, new ArrayList<>()))
        .isInstanceOf(TypeMismatchException.class)
        .hasMessageContaining(message);
  }
}
