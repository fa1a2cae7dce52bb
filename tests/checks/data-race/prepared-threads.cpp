// A class around a thread handle: what `start` writes before the thread begins is no race with the threads of other objects.
#include <pthread.h>

class Worker {
public:
    void start(int weight) {
        weight_ = weight;
        pthread_create(&handle_, nullptr, routine, this);
        late_ = weight; // expect: data-race
    }
    void startOnce(int hurry) {
        hurry_ = hurry; // expect: data-race
        if (!started_) {
            started_ = true;
            pthread_create(&handle_, nullptr, routine, this);
        }
    }
    void stop() { pthread_join(handle_, nullptr); }
    void reweigh(int weight) { changed_ = weight; } // expect: data-race

private:
    static void* routine(void* argument) {
        static_cast<Worker*>(argument)->run();
        return nullptr;
    }
    void run() { sum_ = weight_ + late_ + changed_ + hurry_; } // partner: data-race

    pthread_t handle_;
    int weight_ = 0, late_ = 0, changed_ = 0, hurry_ = 0, sum_ = 0;
    bool started_ = false;
};

struct Station {
    Worker worker;
    void open(int weight) { worker.start(weight); }
};

Station first, second;

int main() {
    first.open(1);
    second.open(2);
    first.worker.reweigh(3);
    second.worker.startOnce(4);
    first.worker.stop();
    second.worker.stop();
}
