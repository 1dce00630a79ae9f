using Ordo.Sync.Causality;

namespace Ordo.Sync.Storage;

/// <summary>Which changes to read: those with a dot outside <paramref name="Known"/>, in packed order.</summary>
/// <param name="Known">What the receiver knows.</param>
/// <param name="UpTo">Only dots that this vector claims; the bound of a transfer in several pages.</param>
/// <param name="After">Only dots after this one, in packed order; <see langword="null"/> from the first.</param>
/// <param name="Budget">How much to return.</param>
public sealed record ChangeQuery(VersionVector Known, VersionVector UpTo, Dot? After, ReadBudget Budget);
