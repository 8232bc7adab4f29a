package kontiki.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kontiki.chaos.checker.Verdict;
import kontiki.chaos.cluster.ProcessCluster;
import kontiki.chaos.fault.FaultKind;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.HistoryFile;
import kontiki.chaos.workload.RegisterWorkload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole machinery on three members of the distribution's etcd, which keeps its promises. */
class ChaosRunTest {
  private static final Path ETCD = Path.of("/usr/bin/etcd");

  @TempDir Path directory;

  @Test
  void findsARealEtcdValidUnderFaults() throws Exception {
    assumeTrue(Files.isExecutable(ETCD), "etcd is not installed");
    var output = new StringWriter();
    var faults = List.of(FaultKind.KILL_LEADER, FaultKind.PAUSE, FaultKind.PARTITION_LEADER);
    var plan =
        new ChaosRun.Plan(
            4, Duration.ofSeconds(8), faults, Duration.ZERO, directory.resolve("history.jsonl"));
    List<Verdict> verdicts;
    try (var cluster = ProcessCluster.start(directory, List.of(ETCD.toString()), 3)) {
      var workload = new RegisterWorkload(RegisterWorkload.Settings.DEFAULT, plan.seed());
      verdicts = new ChaosRun(plan, new PrintWriter(output)).run(cluster, workload);
    }
    assertThat(verdicts).as("%s", output).hasSize(5).allMatch(Verdict.Valid.class::isInstance);
    assertThat(HistoryFile.read(plan.history()).events())
        .as("a fault struck, and its end was recorded")
        .filteredOn(Event.Faulted.class::isInstance)
        .hasSizeGreaterThan(1);
  }
}
