package kontiki.orchestrator.api.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {
  @Test
  void agreesWithTheJdkOnEveryDay() {
    Random random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      long second = random.nextLong(-62_135_596_800L, 253_402_300_800L);
      String text = Instant.ofEpochSecond(second).toString();
      assertThat(Timestamps.format(second, 0, false)).isEqualTo(text);
      assertThat(Timestamps.epochSecond(text)).isEqualTo(second);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-02T03:04:05+02:00,2026-01-02T01:04:05Z,2026-01-02T01:04:05.000000Z",
    "2026-01-02T03:04:05.1234567Z,2026-01-02T03:04:05Z,2026-01-02T03:04:05.123456Z",
    "2024-02-29T00:00:00Z,2024-02-29T00:00:00Z,2024-02-29T00:00:00.000000Z",
    "2023-02-29T00:00:00Z,,",
    "2026-01-02,,",
    "yesterday,,",
    "2026-01-02 03:04:05Z,,",
    "'',,"
  })
  void timesHaveACanonicalForm(String text, String seconds, String micros) {
    assertThat(Timestamps.canonical(text, false)).isEqualTo(seconds);
    assertThat(Timestamps.canonical(text, true)).isEqualTo(micros);
  }

  @ParameterizedTest
  @CsvSource({
    "1h,1h0m0s",
    "90m,1h30m0s",
    "1.5s,1.5s",
    "100ms,100ms",
    "1us,1µs",
    "0,0s",
    "-1m,-1m0s",
    "1h1ns,1h0m0.000000001s",
    "x,",
    "1,",
    "'',",
    "1.2.3s,",
    "s,",
    "3d,",
    "9999999h,",
    "-,"
  })
  void durationsHaveGosForm(String text, String canonical) {
    Long nanos = GoDuration.parse(text);
    assertThat(nanos == null ? null : GoDuration.format(nanos)).isEqualTo(canonical);
  }
}
