package kontiki.kvstore.server.raft;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.server.leader.LogAppender;

/** The leader's ways to its followers, which are woken when an entry is committed. Thread safe. */
final class Commits {
  private final Set<LogAppender> appenders = ConcurrentHashMap.newKeySet();

  void add(LogAppender appender) {
    appenders.add(appender);
  }

  void remove(LogAppender appender) {
    appenders.remove(appender);
  }

  /** The commit index may have moved. Cheap; does nothing where this member does not lead. */
  void moved() {
    for (LogAppender appender : appenders) {
      appender.notifyLogAppender();
    }
  }
}
