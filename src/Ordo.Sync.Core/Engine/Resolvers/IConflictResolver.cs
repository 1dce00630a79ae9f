namespace Ordo.Sync.Engine.Resolvers;

/// <summary>
/// An app's own way to reconcile concurrent versions, for collections with <c>ConflictStrategy.Custom</c>.
/// </summary>
/// <remarks>
/// It must be a pure function of the context: no clock, no randomness, no look-ups, no state, the same result on every device
/// for the same siblings; otherwise devices show different values. Check that with <c>ResolverLaws</c> of Ordo.Sync.Testing.
/// Nothing is written when it runs: siblings stay until somebody edits the record, and the result is what readers see. One that
/// throws, or takes longer than <c>SyncOptions.ResolverTimeLimit</c>, leaves the record in the inbox. Called from several threads.
/// </remarks>
public interface IConflictResolver
{
    /// <summary>Says what a reader sees of a record with concurrent versions.</summary>
    ResolverResult Resolve(ResolverContext context);
}
