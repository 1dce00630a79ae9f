namespace Ordo.Sync.Testing.Stores.Model;

/// <summary>The step at which store and model parted, and how it showed.</summary>
internal sealed record ModelFailure(int At, Exception Cause);
