package kontiki.chaos.history;

/** Events as lines of JSON, one object a line: {@code parse(print(event))} is the event. */
public final class HistoryCodec {

  private HistoryCodec() {}

  /** One line, without its line end. */
  public static String print(Event event) {
    var line = HistoryLine.of(event.nanos(), type(event));
    switch (event) {
      case Event.Started e -> line.with("seed", e.seed()).with("description", e.description());
      case Event.Invoked e -> operation(line.with("process", (long) e.process()), e.operation());
      case Event.Returned e -> outcome(line.with("process", (long) e.process()), e.outcome());
      case Event.Faulted e -> line.with("fault", e.fault());
      case Event.WatchOpened e ->
          line.with("watch", (long) e.watch())
              .with("from", e.fromRevision())
              .with("endpoint", e.endpoint());
      case Event.WatchSaw e -> change(line.with("watch", (long) e.watch()), e.change());
      case Event.WatchProgressed e ->
          line.with("watch", (long) e.watch()).with("revision", e.revision());
      case Event.WatchClosed e -> line.with("watch", (long) e.watch()).with("reason", e.reason());
      case Event.Logged e -> change(line, e.change());
      case Event.LogEnded e -> line.with("revision", e.revision());
    }
    return line.print();
  }

  private static String type(Event event) {
    return switch (event) {
      case Event.Started _ -> "started";
      case Event.Invoked _ -> "invoke";
      case Event.Returned returned ->
          switch (returned.outcome()) {
            case Outcome.Acknowledged _ -> "ok";
            case Outcome.Failed _ -> "fail";
            case Outcome.Unknown _ -> "info";
          };
      case Event.Faulted _ -> "fault";
      case Event.WatchOpened _ -> "watch-open";
      case Event.WatchSaw _ -> "watch-event";
      case Event.WatchProgressed _ -> "watch-progress";
      case Event.WatchClosed _ -> "watch-close";
      case Event.Logged _ -> "log";
      case Event.LogEnded _ -> "log-end";
    };
  }

  private static void operation(HistoryLine line, Operation operation) {
    switch (operation) {
      case Operation.Get get -> line.with("do", "get").with("key", get.key());
      case Operation.Put put ->
          line.with("do", "put").with("key", put.key()).with("value", put.value());
      case Operation.CompareAndSet cas ->
          line.with("do", "cas")
              .with("key", cas.key())
              .with("expected", cas.expected())
              .with("value", cas.value());
      case Operation.Delete delete -> line.with("do", "delete").with("key", delete.key());
    }
  }

  private static void outcome(HistoryLine line, Outcome outcome) {
    switch (outcome) {
      case Outcome.Read read ->
          observation(line.with("got", "read").with("revision", read.revision()), read.found());
      case Outcome.Written written ->
          line.with("got", "written").with("revision", written.revision());
      case Outcome.Refused refused ->
          observation(
              line.with("got", "refused").with("revision", refused.revision()), refused.found());
      case Outcome.Deleted deleted ->
          observation(
              line.with("got", "deleted").with("revision", deleted.revision()), deleted.previous());
      case Outcome.Failed failed -> line.with("error", failed.error());
      case Outcome.Unknown unknown -> line.with("error", unknown.error());
    }
  }

  private static void observation(HistoryLine line, Observation observation) {
    switch (observation) {
      case Observation.Absent _ -> {}
      case Observation.Present present ->
          line.with("value", present.value()).with("mod", present.modRevision());
    }
  }

  private static void change(HistoryLine line, Change change) {
    line.with("revision", change.revision())
        .with("kind", change.kind() == Change.Kind.PUT ? "put" : "delete")
        .with("key", change.key())
        .with("value", change.value());
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with the line
   */
  public static Event parse(String text) {
    var line = HistoryLine.parse(text);
    long nanos = line.number("nanos");
    return switch (line.text("type")) {
      case "started" -> new Event.Started(nanos, line.number("seed"), line.text("description"));
      case "invoke" -> new Event.Invoked(nanos, id(line, "process"), operation(line));
      case "ok" -> new Event.Returned(nanos, id(line, "process"), acknowledged(line));
      case "fail" ->
          new Event.Returned(nanos, id(line, "process"), new Outcome.Failed(line.text("error")));
      case "info" ->
          new Event.Returned(nanos, id(line, "process"), new Outcome.Unknown(line.text("error")));
      case "fault" -> new Event.Faulted(nanos, line.text("fault"));
      case "watch-open" ->
          new Event.WatchOpened(
              nanos, id(line, "watch"), line.number("from"), line.text("endpoint"));
      case "watch-event" -> new Event.WatchSaw(nanos, id(line, "watch"), change(line));
      case "watch-progress" ->
          new Event.WatchProgressed(nanos, id(line, "watch"), line.number("revision"));
      case "watch-close" -> new Event.WatchClosed(nanos, id(line, "watch"), line.text("reason"));
      case "log" -> new Event.Logged(nanos, change(line));
      case "log-end" -> new Event.LogEnded(nanos, line.number("revision"));
      case String type -> throw new IllegalArgumentException("unknown type \"" + type + "\"");
    };
  }

  private static int id(HistoryLine line, String name) {
    return Math.toIntExact(line.number(name));
  }

  private static Operation operation(HistoryLine line) {
    String key = line.text("key");
    return switch (line.text("do")) {
      case "get" -> new Operation.Get(key);
      case "put" -> new Operation.Put(key, line.text("value"));
      case "cas" -> new Operation.CompareAndSet(key, line.text("expected"), line.text("value"));
      case "delete" -> new Operation.Delete(key);
      case String name -> throw new IllegalArgumentException("unknown operation \"" + name + "\"");
    };
  }

  private static Outcome acknowledged(HistoryLine line) {
    long revision = line.number("revision");
    return switch (line.text("got")) {
      case "read" -> new Outcome.Read(revision, observation(line));
      case "written" -> new Outcome.Written(revision);
      case "refused" -> new Outcome.Refused(revision, observation(line));
      case "deleted" -> new Outcome.Deleted(revision, observation(line));
      case String name -> throw new IllegalArgumentException("unknown answer \"" + name + "\"");
    };
  }

  private static Observation observation(HistoryLine line) {
    return line.has("value")
        ? new Observation.Present(line.text("value"), line.number("mod"))
        : Observation.ABSENT;
  }

  private static Change change(HistoryLine line) {
    return new Change(
        line.number("revision"),
        switch (line.text("kind")) {
          case "put" -> Change.Kind.PUT;
          case "delete" -> Change.Kind.DELETE;
          case String kind -> throw new IllegalArgumentException("unknown kind \"" + kind + "\"");
        },
        line.text("key"),
        line.text("value"));
  }
}
