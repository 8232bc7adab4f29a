package kontiki.orchestrator.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a process answers when it is asked how it is. */
class HealthTest {
  private final AtomicReference<String> loop = new AtomicReference<>("");
  private final AtomicReference<String> sync = new AtomicReference<>("");
  private final Health health =
      new Health()
          .live("loop", () -> Optional.of(loop.get()).filter(text -> !text.isEmpty()))
          .ready("sync", () -> Optional.of(sync.get()).filter(text -> !text.isEmpty()));

  private int status(String path) {
    return health.answer(path, false).orElseThrow().status();
  }

  @Test
  void whatItWaitsForMakesItUnreadyAndNotDead() {
    sync.set("waiting for pods");
    assertThat(status("/readyz")).isEqualTo(500);
    assertThat(status("/livez")).isEqualTo(200);
    assertThat(status("/healthz")).isEqualTo(200);
    assertThat(health.answer("/readyz", false).orElseThrow().text())
        .isEqualTo(
            """
            [+]ping ok
            [+]loop ok
            [-]sync failed: waiting for pods
            readyz check failed
            """);
  }

  @Test
  void whatHangsFailsEveryQuestion() {
    loop.set("no round for 400 s");
    assertThat(status("/readyz")).isEqualTo(500);
    assertThat(status("/livez")).isEqualTo(500);
    assertThat(status("/healthz")).isEqualTo(500);
  }

  @Test
  void allChecksAreListedForWhoWantsThem() {
    assertThat(health.answer("/readyz", false).orElseThrow().text()).isEqualTo("ok");
    assertThat(health.answer("/livez", true).orElseThrow().text())
        .isEqualTo("[+]ping ok\n[+]loop ok\nlivez check passed\n");
    assertThat(health.answer("/metrics", true)).isEmpty();
  }
}
