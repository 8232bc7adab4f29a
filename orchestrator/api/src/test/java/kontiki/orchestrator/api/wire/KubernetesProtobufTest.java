package kontiki.orchestrator.api.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.tree.TreeSyntaxException;
import org.junit.jupiter.api.Test;

class KubernetesProtobufTest {
  /** What gogo writes of an ObjectMeta that has only a name of one letter, {@code a}. */
  private static final String META_A =
      "0a0161" + "1200" + "1a00" + "2200" + "2a00" + "3200" + "3800" + "4200";

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] envelope(String apiVersion, String kind, String message) {
    String type =
        "0a%02x%s12%02x%s"
            .formatted(apiVersion.length(), hex(apiVersion), kind.length(), hex(kind));
    int length = message.length() / 2;
    String measured =
        length < 128
            ? "%02x".formatted(length)
            : "%02x%02x".formatted(length & 0x7f | 0x80, length >> 7);
    return HexFormat.of()
        .parseHex(
            "6b3873000a%02x%s12%s%s1a002200".formatted(type.length() / 2, type, measured, message));
  }

  private static void check(String json, byte[] protobuf) {
    assertThat(HexFormat.of().formatHex(KubernetesProtobuf.encode(Json.parseObject(json))))
        .isEqualTo(HexFormat.of().formatHex(protobuf));
    assertThat(KubernetesProtobuf.decode(protobuf)).hasToString(json);
  }

  @Test
  void sparseObjectsKeepTheirZeroesAndNothingElse() {
    check(
        "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"},"
            + "\"binaryData\":{\"b\":\"AAE=\"}}",
        envelope(
            "v1",
            "ConfigMap",
            "0a11" + META_A + "1206" + "0a016b120176" + "1a07" + "0a0162" + "12020001"));
    check(
        "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"a\"},"
            + "\"spec\":{},\"status\":{\"replicas\":0}}",
        envelope(
            "autoscaling/v1",
            "Scale",
            "0a11" + META_A + "1202" + "0800" + "1a04" + "0800" + "1200"));
  }

  @Test
  void setPointersToZeroAreKept() {
    String json =
        "{\"kind\":\"ReplicaSet\",\"apiVersion\":\"apps/v1\",\"metadata\":{\"name\":\"a\"},"
            + "\"spec\":{\"replicas\":0,\"selector\":null,\"template\":{\"metadata\":{},"
            + "\"spec\":{\"containers\":null}}},\"status\":{\"replicas\":0}}";
    JsonObject object = Json.parseObject(json);
    assertThat(KubernetesProtobuf.decode(KubernetesProtobuf.encode(object))).hasToString(json);
  }

  @Test
  void customResourceDefinitionsHaveAForm() {
    String json =
        "{\"kind\":\"CustomResourceDefinition\",\"apiVersion\":\"apiextensions.k8s.io/v1\","
            + "\"metadata\":{\"name\":\"widgets.example.org\"},\"spec\":{\"group\":\"example.org\","
            + "\"names\":{\"plural\":\"widgets\",\"kind\":\"Widget\"},\"scope\":\"Namespaced\","
            + "\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,\"schema\":{"
            + "\"openAPIV3Schema\":{\"type\":\"object\",\"properties\":{\"spec\":{\"type\":\"object\","
            + "\"default\":{\"b\":1,\"a\":[null]},\"maximum\":5,"
            + "\"items\":{\"type\":\"string\"},\"additionalProperties\":false},"
            + "\"x\":{\"items\":[{\"type\":\"string\"}],\"additionalProperties\":{\"type\":\"string\"},"
            + "\"dependencies\":{\"p\":[\"q\",\"r\"],\"s\":{\"type\":\"object\"}}}}}}}]},"
            + "\"status\":{\"conditions\":null,\"acceptedNames\":{\"plural\":\"\",\"kind\":\"\"},"
            + "\"storedVersions\":null}}";
    JsonObject object = Json.parseObject(json);
    assertThat(KubernetesProtobuf.decode(KubernetesProtobuf.encode(object))).hasToString(json);
  }

  @Test
  void apiServicesHaveAForm() {
    check(
        "{\"kind\":\"APIService\",\"apiVersion\":\"apiregistration.k8s.io/v1\",\"metadata\":{\"name\":\"a\"},"
            + "\"spec\":{\"groupPriorityMinimum\":5,\"versionPriority\":300},\"status\":{}}",
        envelope(
            "apiregistration.k8s.io/v1",
            "APIService",
            "0a11" + META_A + "120b" + "1200" + "1a00" + "2000" + "3805" + "40ac02" + "1a00"));
  }

  @Test
  void refusesMalformedBytesWithoutHarm() {
    byte[] good =
        KubernetesProtobuf.encode(
            Json.parseObject(
                "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"},"
                    + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}"));
    Random random = new Random(11);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int change = 0; change < 1 + random.nextInt(3); change++) {
        bad[4 + random.nextInt(bad.length - 4)] = (byte) random.nextInt(256);
      }
      try {
        KubernetesProtobuf.decode(bad);
      } catch (TreeSyntaxException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
    assertThatThrownBy(() -> KubernetesProtobuf.decode(new byte[] {1, 2, 3}))
        .hasMessageContaining("do not begin with k8s");
  }

  @Test
  void valuesThatDoNotFitAreRefused() {
    assertThatThrownBy(() ->
            KubernetesProtobuf.encode(
                Json.parseObject(
                    "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"spec\":{\"containers\":\"x\"}}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("string x does not fit []v1.Container");
  }
}
