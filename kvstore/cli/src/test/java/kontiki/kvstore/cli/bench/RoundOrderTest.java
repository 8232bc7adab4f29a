package kontiki.kvstore.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundOrderTest {
  @Test
  void twoTargetsTakeTurnsForthAndBack() {
    assertThat(RoundOrder.of(5, 2)).isEqualTo(List.of(0, 1, 1, 0, 0, 1, 1, 0, 0, 1));
  }

  @Test
  void oneTargetHasAllRounds() {
    assertThat(RoundOrder.of(3, 1)).isEqualTo(List.of(0, 0, 0));
  }
}
