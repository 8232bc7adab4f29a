package kontiki.kvstore.cli.bench;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Clients that send one kind of request.
 *
 * @param loaded the values with which every key is written before; none: nothing is
 */
record RequestWorkload(
    String name, Load load, Kind kind, Optional<KeySpace> keys, Optional<Values> loaded)
    implements Workload {

  /** Clients that load the keys: enough that servers gather their writes. */
  private static final int LOADERS = 64;

  /**
   * How much is asked.
   *
   * @param rate requests a second of all clients together; 0: as fast as the answers come
   */
  record Load(int clients, double rate) {}

  /** Makes a client's request. */
  interface Kind {
    Request request(Target target, int client);
  }

  @Override
  public void prepare(Target target, Progress progress) throws InterruptedException {
    if (loaded.isEmpty() || keys.isEmpty()) {
      return;
    }
    var inOrder = keys.get().inOrder();
    progress.begin("loading keys into " + target.name());
    var limits = new Limits(Limits.MOST_TIME, inOrder.size(), target.timeout());
    Kind put = (to, client) -> new PutRequests(to, client, inOrder, loaded.get());
    var round = run(target, limits, progress, new Load(LOADERS, 0), put);
    if (round.failed() > 0 && !progress.isInterrupted()) {
      throw new BenchFailure(
          target.name() + ": the keys cannot be loaded: " + SimpleReport.codes(round.errors()));
    }
  }

  @Override
  public Round run(Target target, Limits limits, Progress progress) throws InterruptedException {
    return run(target, limits, progress, load, kind);
  }

  private static Round run(Target target, Limits limits, Progress progress, Load load, Kind kind)
      throws InterruptedException {
    var requests =
        IntStream.range(0, load.clients()).mapToObj(i -> kind.request(target, i)).toList();
    var pace = Pace.of(load.rate(), load.clients());
    return new ClosedLoop(requests, target.connections(), limits, pace, progress).run();
  }
}
