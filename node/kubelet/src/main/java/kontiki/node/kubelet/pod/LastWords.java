package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.node.kubelet.plan.ContainerRun;
import kontiki.node.kubelet.plan.Containers;
import kontiki.node.kubelet.plan.PodRuns;
import kontiki.node.kubelet.runtime.PodPaths;
import kontiki.node.kubelet.server.CriLogLine;

/** Reads what ended containers left to say (docs: "Customizing the termination message"). */
final class LastWords {
  private static final int MAX_BYTES = 4096;
  private static final int MAX_LOG_BYTES = 2048;
  private static final int MAX_LOG_LINES = 80;

  private final PodPaths paths;

  LastWords(PodPaths paths) {
    this.paths = paths;
  }

  /** The messages of all ended runs, by container id; runs without one are absent. */
  Map<String, String> of(Pod pod, PodRuns runs) {
    Map<String, String> words = new LinkedHashMap<>();
    for (ContainerRun run : runs.containers()) {
      if (!run.exited()) {
        continue;
      }
      String message = file(run);
      Container container = Containers.named(pod.getSpec(), run.name());
      boolean fallBack =
          container != null
              && "FallbackToLogsOnError".equals(container.getTerminationMessagePolicy());
      if (message.isEmpty() && run.exitCode() != 0 && fallBack) {
        message = endOfLog(pod.getMetadata(), run);
      }
      if (!message.isEmpty()) {
        words.put(run.id(), message);
      }
    }
    return words;
  }

  private static String file(ContainerRun run) {
    String path = run.terminationMessagePath();
    if (path == null) {
      return "";
    }
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
    } catch (IOException absent) {
      return "";
    }
  }

  private String endOfLog(ObjectMeta pod, ContainerRun run) {
    Path log = paths.logs(pod).resolve(PodPaths.logFile(run.name(), run.attempt()));
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      // Each line has about 40 bytes before its text.
      long from = Math.max(0, file.length() - MAX_LOG_BYTES - MAX_LOG_LINES * 48L);
      file.seek(from);
      byte[] tail = new byte[(int) (file.length() - from)];
      file.readFully(tail);
      List<String> lines =
          new String(tail, StandardCharsets.UTF_8)
              .lines()
              .skip(from == 0 ? 0 : 1)
              .map(line -> CriLogLine.parse(line).map(CriLogLine::textWithEnd).orElse(""))
              .toList();
      String text =
          String.join("", lines.subList(Math.max(0, lines.size() - MAX_LOG_LINES), lines.size()));
      return text.substring(Math.max(0, text.length() - MAX_LOG_BYTES));
    } catch (IOException absent) {
      return "";
    }
  }
}
