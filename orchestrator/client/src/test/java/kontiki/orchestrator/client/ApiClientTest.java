package kontiki.orchestrator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kontiki.orchestrator.client.memory.MemoryApi;
import kontiki.orchestrator.client.memory.SteppingClock;
import org.junit.jupiter.api.Test;

/** The operations of a resource, against the API's contract. */
class ApiClientTest {
  private final SteppingClock clock = new SteppingClock();
  private final MemoryApi api = new MemoryApi(clock, new java.util.Random(3));
  private final ApiClient client = new ApiClient(api);
  private final Resource<Pod> pods = client.resource(Pod.class).inNamespace("ns");

  private static Pod pod(String name, String app) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("ns")
        .addToLabels("app", app)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("c")
        .withImage("i")
        .endContainer()
        .endSpec()
        .build();
  }

  @Test
  void createsReadsAndRefusesAStaleUpdate() {
    Pod made = pods.create(pod("a", "x"));
    assertThat(made.getMetadata().getUid()).isNotEmpty();
    Pod relabelled =
        new PodBuilder(made).editMetadata().addToLabels("b", "c").endMetadata().build();
    pods.update(relabelled);
    assertThatThrownBy(() -> pods.update(relabelled))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.isConflict()).isTrue());
    assertThatThrownBy(() -> pods.create(pod("a", "x")))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.isAlreadyExists()).isTrue());
    assertThat(pods.find("missing")).isEmpty();
  }

  @Test
  void listsInChunksAndBySelector() {
    for (int i = 0; i < 7; i++) {
      pods.create(pod("p" + i, i % 2 == 0 ? "even" : "odd"));
    }
    ResourceList<Pod> first = pods.list(ListOptions.ALL.page(3, null));
    assertThat(first.items()).hasSize(3);
    assertThat(first.continueToken()).isNotNull();
    assertThat(pods.listAll(ListOptions.ALL).items()).hasSize(7);
    assertThat(pods.list(ListOptions.labels("app=odd")).items()).hasSize(3);
    assertThat(pods.list(ListOptions.labels("app in (odd,even),app!=odd")).items()).hasSize(4);
    assertThat(pods.list(ListOptions.fields("metadata.name=p3")).items()).hasSize(1);
  }

  @Test
  void keepsStatusAndSpecApart() {
    Pod made = pods.create(pod("a", "x"));
    Pod running =
        new PodBuilder(made)
            .withStatus(new PodStatusBuilder().withPhase("Running").build())
            .editMetadata()
            .addToLabels("sneaked", "in")
            .endMetadata()
            .build();
    Pod after = pods.updateStatus(running);
    assertThat(after.getStatus().getPhase()).isEqualTo("Running");
    assertThat(after.getMetadata().getLabels()).doesNotContainKey("sneaked");
    Pod patched = pods.mergePatchStatus("a", Map.of("status", Map.of("phase", "Failed")));
    assertThat(patched.getStatus().getPhase()).isEqualTo("Failed");
  }

  @Test
  void deletesOnlyTheObjectThatWasMeant() {
    Pod made = pods.create(pod("a", "x"));
    assertThatThrownBy(() -> pods.delete("a", DeleteOptions.ofUid("another")))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.isConflict()).isTrue());
    pods.delete("a", DeleteOptions.ofUid(made.getMetadata().getUid()));
    assertThat(pods.deleteIfPresent("a", DeleteOptions.DEFAULT)).isFalse();
  }

  @Test
  void keepsFieldsThatItDoesNotKnow() {
    byte[] body =
        ("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"n\",\"namespace\":\"ns\"},"
             + "\"spec\":{\"containers\":[],\"inventedLater\":{\"deep\":[1,2]}}}")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Pod read = Json.read(body, Pod.class);
    assertThat(
            new String(
                Json.write(new PodBuilder(read).build()), java.nio.charset.StandardCharsets.UTF_8))
        .contains("\"inventedLater\":{\"deep\":[1,2]}");
  }

  @Test
  void readsANullListAsAnEmptyOne() {
    byte[] body =
        "{\"metadata\":{\"finalizers\":null},\"spec\":{\"containers\":null}}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Pod read = Json.read(body, Pod.class);
    assertThat(read.getMetadata().getFinalizers()).isEmpty();
    assertThat(read.getSpec().getContainers()).isEmpty();
  }

  @Test
  void readsAgainAfterABrokenConnectionButNeverWritesTwice() {
    int[] calls = {0};
    pods.create(pod("a", "x"));
    api.faults((m, p) -> calls[0]++ == 0 ? MemoryApi.Fault.LOST_ANSWER : MemoryApi.Fault.NONE);
    assertThat(pods.get("a").getMetadata().getName()).isEqualTo("a");
    calls[0] = 0;
    assertThatThrownBy(() -> pods.create(pod("b", "x")))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.reason()).isEqualTo(ApiException.UNREACHABLE));
    assertThat(calls[0]).isEqualTo(1);
  }

  @Test
  void findsTheKindsThatAreServed() {
    List<Discovery.Served> all = Discovery.all(client);
    assertThat(all).extracting(s -> s.ref().qualifiedName()).contains("pods", "deployments.apps");
  }

  @Test
  void limitsItsOwnRate() {
    RateLimiter limiter = RateLimiter.of(10, 3, 5);
    long now = 1_000_000_000_000L;
    assertThat(limiter.reserve(now)).isZero();
    assertThat(limiter.reserve(now)).isZero();
    assertThat(limiter.reserve(now)).isZero();
    assertThat(limiter.reserve(now)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    for (int i = 0; i < 4; i++) {
      limiter.reserve(now);
    }
    assertThatThrownBy(() -> limiter.reserve(now))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.code()).isEqualTo(429));
    assertThat(limiter.reserve(now + TimeUnit.SECONDS.toNanos(10))).isZero();
  }
}
