#include <vector>
#include "shape.hpp"

namespace math::linear {

/// A matrix of T.
template <typename T, int N = 3>
class Matrix : public Shape, private virtual detail::Storage<T> {
public:
    explicit Matrix(int rows = N, const T& fill = T());
    Matrix(const Matrix&) = delete;
    ~Matrix() {}
    T& at(int row, int column);
    const T& at(int row, int column) const { return cells[row][column]; }
    Matrix operator*(const Matrix& other) const;
    virtual double norm() const = 0;
    static int count;

private:
    std::vector<std::vector<T>> cells;
    T *first, *last;
};

template <typename T, int N>
T& Matrix<T, N>::at(int row, int column)
{
    auto inside = [this](int n) -> bool { return n >= 0 && n < N; };
    try {
        for (auto& line : cells) {
            if (!inside(row)) { throw 1; }
        }
    } catch (...) {
    }
    return cells[row][column];
}

struct Point { double x, y; bool operator==(const Point& p) const { return x == p.x; } };

inline auto twice(int n) -> int { return 2 * n; }
std::string name(const std::string& prefix = "m", int width = 2);

}  // namespace math::linear

int main() { return 0; }
