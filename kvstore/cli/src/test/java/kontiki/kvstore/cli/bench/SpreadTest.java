package kontiki.kvstore.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void theMedianOfAnOddNumberIsTheMiddleOne() {
    assertThat(Spread.of(9, 1, 4)).isEqualTo(new Spread(4, 1, 9));
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertThat(Spread.of(8, 1, 4, 2)).isEqualTo(new Spread(3, 1, 8));
    assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7));
  }

  @Test
  void thereIsNoMedianOfNothing() {
    assertThatThrownBy(Spread::of).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ratiosAreOfPairsAndTheirMedianIsNotTheRatioOfMedians() {
    var first = List.of(10.0, 100.0, 30.0);
    var second = List.of(10.0, 25.0, 20.0);
    assertThat(Spread.ofRatios(first, second, Double::doubleValue))
        .isEqualTo(new Spread(1.5, 1, 4));
  }

  @Test
  void aRoundWithoutItsPairAndAPairOverZeroHaveNoRatio() {
    var first = List.of(1.0, 6.0, 9.0);
    assertThat(Spread.ofRatios(first, List.of(0.0, 3.0), Double::doubleValue))
        .isEqualTo(new Spread(2, 2, 2));
    assertThat(Spread.ofRatios(first, List.of(0.0), Double::doubleValue).median()).isNaN();
  }
}
