package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.AuthGrpc;
import kontiki.kvstore.api.pb.AuthRoleAddRequest;
import kontiki.kvstore.api.pb.AuthRoleDeleteRequest;
import kontiki.kvstore.api.pb.AuthRoleGetRequest;
import kontiki.kvstore.api.pb.AuthRoleGetResponse;
import kontiki.kvstore.api.pb.AuthRoleGrantPermissionRequest;
import kontiki.kvstore.api.pb.AuthRoleListRequest;
import kontiki.kvstore.api.pb.AuthRoleRevokePermissionRequest;
import kontiki.kvstore.api.pb.Permission;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "role",
    description = "Make, show and change roles: what users may do.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RoleCommand.Add.class,
      RoleCommand.Get.class,
      RoleCommand.ListRoles.class,
      RoleCommand.Delete.class,
      RoleCommand.GrantPermission.class,
      RoleCommand.RevokePermission.class
    })
final class RoleCommand extends GroupCommand {

  /** A role as {@code -w simple} shows it. */
  static String text(String role, AuthRoleGetResponse response) {
    var text = new StringBuilder("Role " + role + "\nKV Read:");
    append(text, response, type -> type != Permission.Type.WRITE);
    text.append("\nKV Write:");
    append(text, response, type -> type != Permission.Type.READ);
    return text.toString();
  }

  private static void append(
      StringBuilder text, AuthRoleGetResponse response, Predicate<Permission.Type> wanted) {
    for (Permission permission : response.getPermList()) {
      if (wanted.test(permission.getPermType())) {
        var range = new KeyRange(permission.getKey(), permission.getRangeEnd());
        text.append("\n\t").append(text(range));
        if (!range.isSingle()
            && !range.key().isEmpty()
            && KeyRange.prefixEnd(range.key()).equals(range.end())) {
          text.append(" (prefix ").append(range.key().toStringUtf8()).append(')');
        }
      }
    }
  }

  private static String text(KeyRange range) {
    String key = range.key().toStringUtf8();
    if (range.isSingle()) {
      return key;
    }
    return "["
        + key
        + ", "
        + (range.isUnbounded() ? "<open ended>" : range.end().toStringUtf8() + ")");
  }

  /** Names, a line each; nothing where there are none. */
  static void list(Printer printer, Message response, List<String> names) {
    if (!(printer instanceof SimplePrinter) || !names.isEmpty()) {
      printer.auth(response, String.join("\n", names));
    }
  }

  /** KEY and END of a permission; an empty prefix is every key. */
  private static KeyRange range(List<String> arguments, boolean prefix, boolean fromKey) {
    if (prefix && fromKey) {
      throw KvFailure.badArguments("--from-key and --prefix flags are mutually exclusive");
    }
    if (arguments.size() > 1 && (prefix || fromKey)) {
      throw KvFailure.badArguments(
          "unexpected endkey argument with " + (prefix ? "--prefix" : "--from-key") + " flag");
    }
    var key = ByteString.copyFromUtf8(arguments.getFirst());
    if (key.isEmpty()) {
      return new KeyRange(KeyRange.ZERO, prefix || fromKey ? KeyRange.ZERO : ByteString.EMPTY);
    }
    if (prefix) {
      return KeyRange.prefix(key);
    }
    if (fromKey) {
      return KeyRange.from(key);
    }
    return arguments.size() > 1
        ? new KeyRange(key, ByteString.copyFromUtf8(arguments.get(1)))
        : KeyRange.single(key);
  }

  @Command(
      name = "add",
      description = "Make a role that permits nothing yet.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv role add writer")
  static final class Add extends StoreCommand {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The role.")
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 1, "role add command requires role name as its argument");
      var printer = printer(Format.Answer.MESSAGE);
      var request = AuthRoleAddRequest.newBuilder().setName(arguments.getFirst()).build();
      try (var store = options().connection().open()) {
        printer.auth(
            store.call(AuthGrpc.getRoleAddMethod(), request),
            "Role " + request.getName() + " created");
      }
    }
  }

  @Command(
      name = "get",
      description = "Show what a role permits.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv role get writer")
  static final class Get extends StoreCommand {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The role.")
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 1, "role get command requires role name as its argument");
      var printer = printer(Format.Answer.MESSAGE);
      var request = AuthRoleGetRequest.newBuilder().setRole(arguments.getFirst()).build();
      try (var store = options().connection().open()) {
        var role = store.call(AuthGrpc.getRoleGetMethod(), request);
        printer.auth(role, text(request.getRole(), role));
      }
    }
  }

  @Command(
      name = "list",
      description = "Show every role.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv role list")
  static final class ListRoles extends StoreCommand {
    @Parameters(arity = "0..*", hidden = true)
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 0, "role list command requires no arguments");
      var printer = printer(Format.Answer.MESSAGE);
      try (var store = options().connection().open()) {
        var roles =
            store.call(AuthGrpc.getRoleListMethod(), AuthRoleListRequest.getDefaultInstance());
        list(printer, roles, roles.getRolesList());
      }
    }
  }

  @Command(
      name = "delete",
      description = "Delete a role; users lose it.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv role delete writer")
  static final class Delete extends StoreCommand {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The role.")
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 1, "role delete command requires role name as its argument");
      var printer = printer(Format.Answer.MESSAGE);
      var request = AuthRoleDeleteRequest.newBuilder().setRole(arguments.getFirst()).build();
      try (var store = options().connection().open()) {
        printer.auth(
            store.call(AuthGrpc.getRoleDeleteMethod(), request),
            "Role " + request.getRole() + " deleted");
      }
    }
  }

  @Command(
      name = "grant-permission",
      description = "Let a role read or write a key, or a range of keys.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  kontiki kv role grant-permission writer readwrite /app/ --prefix",
        "  kontiki kv role grant-permission reader read a z       from a up to, without, z",
        "  kontiki kv role grant-permission all readwrite '' --prefix"
      })
  static final class GrantPermission extends StoreCommand {
    @Parameters(
        arity = "0..*",
        paramLabel = "ROLE read|write|readwrite KEY [END]",
        description = "The role, what it may do, and to which keys.")
    private List<String> arguments = List.of();

    @Option(names = "--prefix", description = "Every key that begins with KEY.")
    private boolean prefix;

    @Option(names = "--from-key", description = "Every key from KEY on, in byte order.")
    private boolean fromKey;

    @Override
    void ask() {
      if (arguments.size() < 3) {
        throw KvFailure.badArguments(
            "role grant command requires role name, permission type, and key [endkey] as its"
                + " argument");
      }
      var printer = printer(Format.Answer.MESSAGE);
      var type = type(arguments.get(1));
      var range = range(arguments.subList(2, arguments.size()), prefix, fromKey);
      var request =
          AuthRoleGrantPermissionRequest.newBuilder()
              .setName(arguments.getFirst())
              .setPerm(
                  Permission.newBuilder()
                      .setPermType(type)
                      .setKey(range.key())
                      .setRangeEnd(range.end()))
              .build();
      try (var store = options().connection().open()) {
        printer.auth(
            store.call(AuthGrpc.getRoleGrantPermissionMethod(), request),
            "Role " + request.getName() + " updated");
      }
    }

    private static Permission.Type type(String text) {
      return switch (text.toUpperCase(Locale.ROOT)) {
        case "READ" -> Permission.Type.READ;
        case "WRITE" -> Permission.Type.WRITE;
        case "READWRITE" -> Permission.Type.READWRITE;
        default -> throw KvFailure.badArguments("invalid permission type: " + text);
      };
    }
  }

  @Command(
      name = "revoke-permission",
      description = "Take back what was granted, for the very same range.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv role revoke-permission writer /app/ --prefix")
  static final class RevokePermission extends StoreCommand {
    @Parameters(
        arity = "0..*",
        paramLabel = "ROLE KEY [END]",
        description = "The role, and the keys.")
    private List<String> arguments = List.of();

    @Option(names = "--prefix", description = "The range of every key that begins with KEY.")
    private boolean prefix;

    @Option(names = "--from-key", description = "The range of every key from KEY on.")
    private boolean fromKey;

    @Override
    void ask() {
      if (arguments.size() < 2) {
        throw KvFailure.badArguments(
            "role revoke-permission command requires role name and key [endkey] as its argument");
      }
      var printer = printer(Format.Answer.MESSAGE);
      String role = arguments.getFirst();
      var range = range(arguments.subList(1, arguments.size()), prefix, fromKey);
      var request =
          AuthRoleRevokePermissionRequest.newBuilder()
              .setRole(role)
              .setKey(range.key())
              .setRangeEnd(range.end())
              .build();
      // etcdctl names the key as it was given, though an empty one stands for another.
      var named = new KeyRange(ByteString.copyFromUtf8(arguments.get(1)), range.end());
      try (var store = options().connection().open()) {
        printer.auth(
            store.call(AuthGrpc.getRoleRevokePermissionMethod(), request),
            "Permission of "
                + (named.isSingle() ? "key " : "range ")
                + text(named)
                + " is revoked from role "
                + role);
      }
    }
  }
}
