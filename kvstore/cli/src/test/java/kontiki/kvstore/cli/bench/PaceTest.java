package kontiki.kvstore.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void theRateIsOfAllClientsTogether() {
    assertThat(Pace.of(1000, 4).intervalNanos()).isEqualTo(4_000_000);
    assertThat(Pace.of(0, 4).isFlatOut()).isTrue();
  }

  @Test
  void clientsStartSpreadOverAnInterval() {
    var pace = new Pace(100);
    assertThat(pace.first(1000, 0, 4)).isEqualTo(1000);
    assertThat(pace.first(1000, 3, 4)).isEqualTo(1075);
  }

  @Test
  void aClientInTimeHasTheNextSlotAndALateOneSkipsThoseItMissed() {
    var pace = new Pace(100);
    assertThat(pace.next(1000, 1010)).isEqualTo(1100);
    assertThat(pace.next(1000, 1100)).isEqualTo(1100);
    assertThat(pace.next(1000, 1101)).isEqualTo(1200);
    assertThat(pace.next(1000, 1350)).isEqualTo(1400);
  }
}
