package kontiki.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import kontiki.orchestrator.api.tree.Json;
import org.junit.jupiter.api.Test;

class DescriptionTest {
  @Test
  void anObjectIsToldWithItsEventsOldestFirst() {
    String text =
        Description.of(
            Json.parseObject(
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d",
                 "labels":{"app":"x"},"uid":"u","managedFields":[{"manager":"m"}]},
                 "spec":{"restartPolicy":"Always","containers":[{"name":"a","args":["b","c"]}]}}\
                """),
            List.of(
                event("Started", "2030-01-01T00:00:30Z"), event("Pulled", "2030-01-01T00:00:10Z")),
            Instant.parse("2030-01-01T00:01:00Z"));
    assertThat(text)
        .startsWith("Name:             p\nNamespace:        d\nLabels:           app=x\n")
        .contains("  Restart Policy: Always\n")
        .contains("    Args:         b, c\n")
        .doesNotContain("manager")
        .containsSubsequence("Pulled", "50s", "Started", "30s", "told by a test");
  }

  private static kontiki.orchestrator.api.tree.JsonObject event(String reason, String time) {
    return Json.parseObject(
        """
        {"type":"Normal","reason":"%s","message":"told by a test",
         "source":{"component":"kubelet"},"lastTimestamp":"%s"}\
        """
            .formatted(reason, time));
  }
}
