package kontiki.orchestrator.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ElectedProcess;
import kontiki.orchestrator.client.Events;
import kontiki.orchestrator.client.InformerSet;
import org.jspecify.annotations.Nullable;

/** The driver of {@link Scheduler}: one thread decides, virtual threads bind. */
final class SchedulerLoops implements ElectedProcess.Loops {
  private final ClusterView view;
  private final Scheduler scheduler;
  private final ExecutorService binder = Executors.newVirtualThreadPerTaskExecutor();
  private volatile @Nullable Thread thread;

  SchedulerLoops(ApiClient client, String name, Events events) {
    InstantSource clock = InstantSource.system();
    RandomGenerator random = RandomGenerator.getDefault();
    this.view = new ClusterView(new InformerSet(client, clock, random), clock, name);
    this.scheduler = new Scheduler(client.resource(Pod.class), view, events, binder, clock, random);
  }

  @Override
  public InformerSet views() {
    return view.informers();
  }

  @Override
  public void start() {
    thread = Thread.ofPlatform().name("scheduler").daemon().start(this::run);
  }

  private void run() {
    try {
      scheduler.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<String> stuck() {
    Thread running = thread;
    boolean ended = running != null && !running.isAlive();
    return ended ? Optional.of("the scheduler's thread has ended") : scheduler.stuck();
  }

  @Override
  public void stop() {
    view.queue().close();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
    binder.shutdown();
  }
}
