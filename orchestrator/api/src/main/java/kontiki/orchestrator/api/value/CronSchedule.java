package kontiki.orchestrator.api.value;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The form of cron schedules as CronJob has it: five fields, or a name like {@code @hourly}. */
public final class CronSchedule {
  private static final Set<String> NAMES =
      Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
  private static final int[] LOWEST = {0, 0, 1, 1, 0};
  private static final int[] HIGHEST = {59, 23, 31, 12, 6};
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  private CronSchedule() {}

  /** What is wrong with a schedule; null where nothing is. */
  public static @Nullable String problem(String schedule) {
    if (schedule.contains("TZ")) {
      return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    }
    if (schedule.startsWith("@")) {
      if (schedule.startsWith("@every ")) {
        String every = schedule.substring("@every ".length());
        return GoDuration.parse(every) == null ? "failed to parse duration " + schedule : null;
      }
      return NAMES.contains(schedule) ? null : "unrecognized descriptor: " + schedule;
    }
    String[] fields = schedule.strip().split("\\s+");
    if (fields.length != 5) {
      return "expected exactly 5 fields, found %d: %s"
          .formatted(fields.length, Arrays.toString(fields).replace(",", ""));
    }
    for (int i = 0; i < fields.length; i++) {
      for (String part : fields[i].split(",", -1)) {
        String wrong = part(part, i);
        if (wrong != null) {
          return wrong;
        }
      }
    }
    return null;
  }

  /** One of: a star, a number, a range; with a step or without. */
  private static @Nullable String part(String part, int field) {
    String[] stepped = part.split("/", -1);
    if (stepped.length > 2) {
      return "too many slashes: " + part;
    }
    if (stepped.length == 2 && !stepped[1].matches("[1-9][0-9]{0,5}")) {
      return "step of range should be a positive number: " + part;
    }
    if (stepped[0].equals("*") || stepped[0].equals("?")) {
      return null;
    }
    String[] range = stepped[0].split("-", -1);
    if (range.length > 2) {
      return "too many hyphens: " + part;
    }
    int before = LOWEST[field];
    for (String end : range) {
      int number = number(end, field);
      if (number < 0) {
        return "failed to parse int from " + end;
      }
      if (number < LOWEST[field]) {
        return "beginning of range (%d) below minimum (%d): %s"
            .formatted(number, LOWEST[field], part);
      }
      if (number > HIGHEST[field]) {
        return "end of range (%d) above maximum (%d): %s".formatted(number, HIGHEST[field], part);
      }
      if (number < before) {
        return "beginning of range (%d) beyond end of range (%d): %s"
            .formatted(before, number, part);
      }
      before = number;
    }
    return null;
  }

  private static int number(String text, int field) {
    if (text.matches("[0-9]{1,6}")) {
      return Integer.parseInt(text);
    }
    String name = text.toLowerCase(Locale.ROOT);
    return switch (field) {
      case 3 -> MONTHS.contains(name) ? MONTHS.indexOf(name) + 1 : -1;
      case 4 -> DAYS.indexOf(name);
      default -> -1;
    };
  }
}
