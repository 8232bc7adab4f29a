package kontiki.chaos.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One member as a process of this machine: started again and again with one command line, and
 * signalled. Signals go to the process and its children, and to nothing else. Used by one thread at
 * a time.
 */
final class MemberProcess {
  private static final int TERMINATE_SECONDS = 20;

  private final List<String> command;
  private final Path log;
  private volatile @Nullable Process process;

  MemberProcess(List<String> command, Path log) {
    this.command = command;
    this.log = log;
  }

  boolean isRunning() {
    Process running = process;
    return running != null && running.isAlive();
  }

  /** This process and its children, while it lives. */
  Stream<ProcessHandle> handles() {
    Process running = process;
    return running == null
        ? Stream.empty()
        : Stream.concat(Stream.of(running.toHandle()), running.descendants());
  }

  void start() throws IOException {
    if (isRunning()) {
      throw new IllegalStateException("the member runs already");
    }
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  void kill() {
    var handles = handles().toList();
    handles.forEach(ProcessHandle::destroyForcibly);
    handles.forEach(handle -> handle.onExit().join());
  }

  void terminate() {
    var handles = handles().toList();
    handles.forEach(ProcessHandle::destroy);
    try {
      for (var handle : handles) {
        handle.onExit().get(TERMINATE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      kill();
    }
  }

  /** STOP or CONT. */
  void signal(String name) throws IOException {
    for (var handle : handles().toList()) {
      var kill = new ProcessBuilder("kill", "-" + name, Long.toString(handle.pid())).start();
      try {
        kill.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
