/** What the clients of a run do. */
@org.jspecify.annotations.NullMarked
package kontiki.chaos.workload;
