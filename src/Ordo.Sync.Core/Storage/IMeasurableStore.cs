namespace Ordo.Sync.Storage;

/// <summary>What a store may be besides: able to say how much room it takes. Thread-safe, and quick enough for every scrape.</summary>
public interface IMeasurableStore
{
    /// <summary>Measures the store as it is; of a store that is not open, what lies there.</summary>
    StoreSize MeasureSize();
}
