package kontiki.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {

  private static List<FaultSchedule.Step> steps(long seed) {
    return steps(seed, Duration.ZERO);
  }

  private static List<FaultSchedule.Step> steps(long seed, Duration calm) {
    var kinds = List.of(FaultKind.values());
    return Stream.generate(new FaultSchedule(new SplittableRandom(seed), kinds, calm)::next)
        .limit(200)
        .toList();
  }

  @Test
  void oneSeedIsOneSchedule() {
    assertThat(steps(7)).isEqualTo(steps(7)).isNotEqualTo(steps(8));
  }

  @Test
  void everyKindComes() {
    assertThat(steps(7)).extracting(FaultSchedule.Step::kind).contains(FaultKind.values());
  }

  @Test
  void calmComesBeforeEachStep() {
    assertThat(steps(7, Duration.ofSeconds(9)))
        .allSatisfy(step -> assertThat(step.quietMillis()).isGreaterThanOrEqualTo(9_000));
  }
}
