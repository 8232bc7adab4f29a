/** What is done to a cluster, and when. */
@org.jspecify.annotations.NullMarked
package kontiki.chaos.fault;
