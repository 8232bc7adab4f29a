package kontiki.kvstore.server.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LineBudgetTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void aFloodIsCountedAndTheNextLineSaysSo() {
    LineBudget budget = new LineBudget(2);
    long start = Long.MAX_VALUE - SECOND; // the counter may wrap around at any time
    assertThat(budget.take(start)).isZero();
    assertThat(budget.take(start + 1)).isZero();
    assertThat(budget.take(start + 2)).isEqualTo(-1);
    assertThat(budget.take(start + SECOND - 1)).isEqualTo(-1);
    assertThat(budget.take(start + SECOND)).isEqualTo(2);
    assertThat(budget.take(start + SECOND + 1)).isZero();
    assertThat(budget.take(start + SECOND + 2)).isEqualTo(-1);
  }
}
