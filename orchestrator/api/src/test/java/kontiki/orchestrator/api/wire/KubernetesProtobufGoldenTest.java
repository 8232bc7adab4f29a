package kontiki.orchestrator.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kontiki.orchestrator.api.PublishedObjects;
import kontiki.orchestrator.api.PublishedObjects.Golden;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.junit.jupiter.api.Test;

class KubernetesProtobufGoldenTest {
  @Test
  void everyPublishedObjectRoundTripsByteForByte() {
    List<Golden> goldens = PublishedObjects.all();
    List<String> wrong = new ArrayList<>();
    for (Golden golden : goldens) {
      check(golden, wrong);
    }
    assertThat(wrong).isEmpty();
    assertThat(goldens).hasSizeGreaterThanOrEqualTo(184);
  }

  private static void check(Golden golden, List<String> wrong) {
    JsonObject json = Json.parseObject(golden.json());
    KubernetesProtobuf.Envelope envelope = KubernetesProtobuf.envelope(golden.protobuf());
    StructType type =
        golden.name().equals("core.v1.WatchEvent")
            ? BuiltinSchemas.struct("meta/v1", "WatchEvent")
            : BuiltinSchemas.forKind(envelope.apiVersion(), envelope.kind());
    if (type == null) {
      wrong.add(golden + ": no schema");
      return;
    }
    JsonObject decoded = KubernetesProtobuf.decode(golden.protobuf(), envelope, type);
    String text = Json.writeText(json);
    String decodedText = Json.writeText(decoded);
    if (!decodedText.equals(text)) {
      int at =
          Arrays.mismatch(
              decodedText.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
      wrong.add(golden + ": decoded " + part(decodedText, at) + " is not " + part(text, at));
    }
    byte[] encoded = KubernetesProtobuf.encode(json, type, envelope.apiVersion(), envelope.kind());
    if (!Arrays.equals(encoded, golden.protobuf())) {
      wrong.add(golden + ": encoded differs at " + Arrays.mismatch(encoded, golden.protobuf()));
    }
  }

  private static String part(String text, int at) {
    return text.substring(Math.max(0, at - 60), Math.min(text.length(), at + 60));
  }
}
