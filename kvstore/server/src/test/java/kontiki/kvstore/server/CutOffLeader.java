package kontiki.kvstore.server;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The history in which a read can be stale: a leader is cut off, the others choose another and
 * acknowledge a write, and the old one, which need not know yet, is asked.
 *
 * @param acknowledged the write that was acknowledged before the first question
 * @param answers what the old leader answered, each once
 */
record CutOffLeader(long acknowledged, SortedSet<Long> answers) {
  /** From the acknowledgement on: until long after the old leader has noticed. */
  private static final Duration ASKED_FOR = Duration.ofSeconds(1);

  /** Answers that were overwritten before they were asked for. */
  SortedSet<Long> stale() {
    return answers.headSet(acknowledged);
  }

  /**
   * Plays it once; the partition is healed afterwards.
   *
   * @param value written before; one more is written during the partition
   */
  static CutOffLeader play(Register register, Partition partition, long value)
      throws InterruptedException {
    String old = register.leader();
    register.writeNotAt("", value);
    // Ratis remembers that this index was confirmed.
    TestCluster.await("the leader to answer", () -> answers(register, old, value));
    partition.cutOff(old);
    register.writeNotAt(old, value + 1);
    long begin = System.nanoTime();
    if (register.local(old) != value) {
      throw new AssertionError(old + " was not cut off: it has " + register.local(old));
    }
    SortedSet<Long> answers = new TreeSet<>();
    while (System.nanoTime() - begin < ASKED_FOR.toNanos()) {
      register.read(old).ifPresent(answers::add);
    }
    partition.heal();
    TestCluster.await("the old leader to catch up", () -> answers(register, old, value + 1));
    return new CutOffLeader(value + 1, answers);
  }

  private static boolean answers(Register register, String member, long value) {
    try {
      return register.read(member).equals(OptionalLong.of(value));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
