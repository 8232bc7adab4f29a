package kontiki.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {

  private static List<FaultSchedule.Step> steps(long seed) {
    var kinds = List.of(FaultKind.values());
    return Stream.generate(new FaultSchedule(new SplittableRandom(seed), kinds)::next)
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
}
