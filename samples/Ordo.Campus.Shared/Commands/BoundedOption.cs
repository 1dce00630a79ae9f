using System.CommandLine;

namespace Ordo.Campus.Shared.Commands;

/// <summary>Options that are whole numbers within bounds, which their descriptions name.</summary>
public static class BoundedOption
{
    /// <summary>Makes one.</summary>
    public static Option<int> Create(
        string name, string description, int defaultValue, int min, int max, bool isRecursive = false)
    {
        var option = new Option<int>(name)
        {
            Description = $"{description} {min:N0} to {max:N0}; by default {defaultValue:N0}.",
            DefaultValueFactory = _ => defaultValue,
            Recursive = isRecursive,
        };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() < min || result.GetValueOrDefault<int>() > max)
            {
                result.AddError($"{name} is {min:N0} to {max:N0}.");
            }
        });
        return option;
    }
}
