package kontiki.node.host.teardown;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import kontiki.node.cri.CriClient;
import kontiki.node.cri.CriException;
import kontiki.node.cri.pb.PodSandbox;
import kontiki.node.cri.pb.PodSandboxFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops and removes every pod of one engine. What fails is left to those who clean up by force: a
 * teardown never stops half way because an engine is ill.
 */
final class PodRemoval implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(PodRemoval.class);

  private final Path socket;
  private final Set<String> sandboxes = new ConcurrentSkipListSet<>();

  PodRemoval(Path socket) {
    this.socket = socket;
  }

  @Override
  public void run() {
    try (CriClient engine = CriClient.open(socket)) {
      List<PodSandbox> pods = engine.listPodSandboxes(PodSandboxFilter.getDefaultInstance());
      List<Thread> threads =
          pods.stream()
              .map(pod -> Thread.ofVirtual().start(() -> remove(engine, pod.getId())))
              .toList();
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (CriException ill) {
      LOG.debug("the engine does not answer: socket={} reason={}", socket, ill.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void remove(CriClient engine, String sandbox) {
    sandboxes.add(sandbox);
    try {
      engine.stopPodSandbox(sandbox);
      engine.removePodSandbox(sandbox);
    } catch (CriException failed) {
      LOG.debug("pod not removed: sandbox={} reason={}", sandbox, failed.getMessage());
    }
  }

  /** Every sandbox that the engine had. */
  Set<String> sandboxes() {
    return new TreeSet<>(sandboxes);
  }
}
