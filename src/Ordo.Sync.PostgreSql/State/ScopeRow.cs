namespace Ordo.Sync.PostgreSql.State;

/// <summary>A scope as its row tells of it.</summary>
/// <param name="Entry">What is known of it; <see langword="null"/> where there is no row.</param>
/// <param name="IsWhole">Whether nothing of it stands in other tables: it is empty, or memory knew the rest.</param>
internal readonly record struct ScopeRow(ScopeEntry? Entry, bool IsWhole);
