package kontiki.kvstore.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static Round round(double perSecond, long millis, Map<String, Long> errors) {
    long p50 = millis * 1_000_000;
    var latency = new Round.Latency(p50, 2 * p50, 3 * p50, 4 * p50, 5 * p50);
    return new Round(
        (long) perSecond * 2, perSecond, perSecond * 300, latency, new TreeMap<>(errors));
  }

  private static Round round(double perSecond, long millis) {
    return round(perSecond, millis, Map.of());
  }

  private static Report report(List<Round> kontiki, List<Round> etcd) {
    SequencedMap<String, String> settings = new LinkedHashMap<>();
    settings.put("clients", "64");
    settings.put("val-size", "256");
    return new Report(
        "put",
        "ops",
        settings,
        3,
        List.of(
            new Report.Measured("kontiki", List.of("127.0.0.1:1"), kontiki),
            new Report.Measured("etcd", List.of("127.0.0.1:2", "127.0.0.1:3"), etcd)));
  }

  private static Report comparison() {
    return report(
        List.of(round(10_000, 4), round(12_000, 3), round(11_000, 5, Map.of("UNAVAILABLE", 2L))),
        List.of(round(5_000, 8), round(4_000, 9), round(11_000, 7)));
  }

  @Test
  void thePeoplesReport() {
    assertThat(SimpleReport.of(comparison()))
        .isEqualTo(
            """
            put: clients 64, val-size 256

            median (range)  kontiki                       etcd
            ops/s           11000 (10000..12000)          5000 (4000..11000)
            p50 ms          4.00 (3.00..5.00)             8.00 (7.00..9.00)
            p90 ms          8.00 (6.00..10.00)            16.00 (14.00..18.00)
            p99 ms          12.00 (9.00..15.00)           24.00 (21.00..27.00)
            p99.9 ms        16.00 (12.00..20.00)          32.00 (28.00..36.00)
            max ms          20.00 (15.00..25.00)          40.00 (35.00..45.00)
            MB/s            3.30 (3.00..3.60)             1.50 (1.20..3.30)
            ops             66000                         40000
            errors          UNAVAILABLE 2                 0

            kontiki / etcd: ops/s 2.00 (1.00..3.00), p50 0.50 (0.33..0.71), p99 0.50 (0.33..0.71)
            """);
  }

  @Test
  void theProgramsReport() {
    assertThat(JsonReport.of(report(List.of(round(10, 1)), List.of(round(4, 3)))))
        .isEqualTo(
            """
            {"benchmark":"put","unit":"ops","settings":{"clients":"64","val-size":"256"},"rounds":3,\
            "targets":[\
            {"name":"kontiki","endpoints":["127.0.0.1:1"],"operations":20,"errors":{},"median":{\
            "perSecond":{"median":10,"min":10,"max":10},\
            "p50Millis":{"median":1,"min":1,"max":1},"p90Millis":{"median":2,"min":2,"max":2},\
            "p99Millis":{"median":3,"min":3,"max":3},"p999Millis":{"median":4,"min":4,"max":4},\
            "maxMillis":{"median":5,"min":5,"max":5},\
            "megabytesPerSecond":{"median":0.003,"min":0.003,"max":0.003}},\
            "rounds":[{"operations":20,"perSecond":10,"p50Millis":1,"p90Millis":2,"p99Millis":3,\
            "p999Millis":4,"maxMillis":5,"megabytesPerSecond":0.003,"errors":{}}]},\
            {"name":"etcd","endpoints":["127.0.0.1:2","127.0.0.1:3"],"operations":8,"errors":{},"median":{\
            "perSecond":{"median":4,"min":4,"max":4},\
            "p50Millis":{"median":3,"min":3,"max":3},"p90Millis":{"median":6,"min":6,"max":6},\
            "p99Millis":{"median":9,"min":9,"max":9},"p999Millis":{"median":12,"min":12,"max":12},\
            "maxMillis":{"median":15,"min":15,"max":15},\
            "megabytesPerSecond":{"median":0.001,"min":0.001,"max":0.001}},\
            "rounds":[{"operations":8,"perSecond":4,"p50Millis":3,"p90Millis":6,"p99Millis":9,\
            "p999Millis":12,"maxMillis":15,"megabytesPerSecond":0.001,"errors":{}}]}],\
            "ratios":{"perSecond":{"median":2.5,"min":2.5,"max":2.5},\
            "p50":{"median":0.333,"min":0.333,"max":0.333},"p99":{"median":0.333,"min":0.333,"max":0.333}}}
            """);
  }

  @Test
  void whatWasInterruptedIsReportedAsFarAsItCame() {
    var report = report(List.of(round(10, 1)), List.of());
    assertThat(SimpleReport.of(report))
        .contains("kontiki: 1 of 3 rounds are complete\netcd: 0 of 3 rounds are complete\n")
        .doesNotContain("kontiki / etcd");
    assertThat(JsonReport.of(report)).endsWith("\"errors\":{},\"rounds\":[]}]}\n");
  }

  @Test
  void oneErrorInAHundredIsBorneAndNoMore() {
    var good = List.of(round(100, 1));
    var some = List.of(round(99, 1, Map.of("UNAVAILABLE", 2L)));
    var many = List.of(round(99, 1, Map.of("UNAVAILABLE", 2L, "UNKNOWN", 1L)));
    assertThat(report(good, some).problem()).isEmpty();
    assertThat(report(good, many).problem())
        .isEqualTo("etcd: more than 1% failed: 3 of 201 (UNAVAILABLE 2, UNKNOWN 1)");
  }

  @Test
  void nothingMeasuredIsAProblem() {
    var nothing = List.of(round(0, 0, Map.of("UNAVAILABLE", 9L)));
    assertThat(report(nothing, List.of(round(1, 1))).problem())
        .isEqualTo("kontiki: nothing was measured (UNAVAILABLE 9)");
    assertThat(report(List.of(), List.of(round(1, 1))).problem())
        .isEqualTo("kontiki: nothing was measured");
  }

  @Test
  void aSingleEventThatWasNotDeliveredIsAProblem() {
    var lost = List.of(round(100_000, 1, Map.of("EVENT_LOST", 1L)));
    assertThat(report(lost, List.of(round(1, 1))).problem())
        .isEqualTo("kontiki: not every event came exactly once and in order (EVENT_LOST 1)");
  }
}
