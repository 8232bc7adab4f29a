package kontiki.orchestrator.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.memory.MemoryApi;
import kontiki.orchestrator.client.memory.SteppingClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of several processes at most one leads, and one does soon. */
class LeaderElectorTest {
  private static final LeaderElector.Timing TIMING =
      new LeaderElector.Timing(
          Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofMillis(500));

  private final SteppingClock clock = new SteppingClock();
  private final RandomGenerator random = new java.util.Random(7);
  private final MemoryApi api = new MemoryApi(clock, random);
  private final Resource<Lease> leases =
      new ApiClient(api).resource(Lease.class).inNamespace("kube-system");

  @Test
  void leadsAtOnceWhereThereIsNoLease() {
    Candidate only = new Candidate("a");
    only.elector.tick();
    assertThat(only.leads).isTrue();
    Lease lease = leases.get("role");
    assertThat(lease.getSpec().getHolderIdentity()).isEqualTo("a");
    assertThat(lease.getSpec().getLeaseDurationSeconds()).isEqualTo(4);
  }

  @Test
  void followsAtOnceAfterARelease() {
    Candidate first = new Candidate("a");
    first.elector.tick();
    Candidate second = new Candidate("b");
    second.elector.tick();
    assertThat(second.leads).isFalse();
    first.elector.release();
    second.elector.tick();
    assertThat(second.leads).isTrue();
    assertThat(leases.get("role").getSpec().getLeaseTransitions()).isEqualTo(1);
  }

  @Test
  void waitsOnlyTheLeaseAfterAKill() {
    Candidate killed = new Candidate("a");
    killed.elector.tick();
    Candidate second = new Candidate("b");
    Instant began = clock.instant();
    while (!second.leads) {
      clock.advance(second.elector.tick());
      assertThat(clock.instant()).isBefore(began.plusSeconds(10));
    }
    assertThat(Duration.between(began, clock.instant()))
        .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
  }

  @Test
  void comesBackUnderItsNameAndLeadsAtOnce() {
    Candidate killed = new Candidate("a");
    killed.elector.tick();
    Candidate again = new Candidate("a");
    again.elector.tick();
    assertThat(again.leads).isTrue();
    assertThat(leases.get("role").getSpec().getLeaseTransitions()).isZero();
  }

  @Test
  void aLeaderThatNoLongerTicksIsKnownToHang() {
    Candidate only = new Candidate("a");
    only.elector.tick();
    clock.advance(TIMING.lease().plus(LeaderElector.OVERDUE));
    assertThat(only.elector.problem()).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(only.elector.problem()).get().asString().contains("lease role renewed last");
    only.elector.tick();
    assertThat(only.elector.problem()).isEmpty();
  }

  @Test
  void refusesATimingThatCannotBeSafe() {
    assertThatThrownBy(() ->
            new LeaderElector.Timing(
                Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(1)))
        .hasMessageContaining("lease duration > renew deadline");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void atMostOneLeadsThroughFaults(long seed) {
    RandomGenerator faults = new java.util.Random(seed);
    List<Candidate> candidates = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      candidates.add(new Candidate(name));
    }
    int led = 0;
    for (int i = 0; i < 3000; i++) {
      clock.advance(Duration.ofMillis(50));
      boolean bad = i % 300 < 150;
      for (Candidate candidate : candidates) {
        if (clock.instant().isBefore(candidate.due)) {
          continue;
        }
        boolean cut = bad && candidate.name.equals("a") && faults.nextInt(3) > 0;
        boolean lossy = bad && faults.nextInt(4) == 0;
        api.faults((method, path) ->
            cut
                ? MemoryApi.Fault.LOST_REQUEST
                : lossy ? MemoryApi.Fault.LOST_ANSWER : MemoryApi.Fault.NONE);
        candidate.due = clock.instant().plus(candidate.elector.tick());
        api.faults(MemoryApi.Faults.NONE);
      }
      List<String> leaders = candidates.stream().filter(c -> c.leads).map(c -> c.name).toList();
      assertThat(leaders).as("leaders at step " + i).hasSizeLessThanOrEqualTo(1);
      led += leaders.size();
    }
    assertThat(led).isGreaterThan(1500);
  }

  private final class Candidate implements LeaderElector.Listener {
    private final String name;
    private final LeaderElector elector;
    private boolean leads;
    private Instant due = Instant.MIN;

    Candidate(String name) {
      this.name = name;
      this.elector = new LeaderElector(leases, "role", name, TIMING, this, clock, random);
    }

    @Override
    public void started() {
      leads = true;
    }

    @Override
    public void stopped() {
      leads = false;
    }
  }
}
